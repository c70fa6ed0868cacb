$ORIGIN tsb.example.com.
$TTL 300
@ SOA ns1 hostmaster 1000 3600 600 86400 60
@ NS ns1
@ NS ns2
@ CAA 0 issue "letsencrypt.org; policy=ev"
ns1 A 127.0.0.1
ns2 A 127.0.0.2
active 30 CNAME mp1
mp1 60 A 192.0.2.10
mp1 60 AAAA 2001:db8::10
mp2 60 A 192.0.2.20
chain CNAME active
dangling CNAME nothere
loop1 CNAME loop2
loop2 CNAME loop1
self CNAME self
away CNAME lb.elsewhere.example.org.
below.deep A 192.0.2.30
two 60 A 192.0.2.41
two 60 A 192.0.2.42
txt 60 TXT heritage=external-dns
strings TXT "two words" second "a \"quote\" and \; and \065" ""
MixedCase A 192.0.2.60
mixedname CNAME MixedCase
*.wild A 192.0.2.99
*.wild TXT "for all"
there.wild A 192.0.2.98
sub.gap.wild TXT below
*.wildcname CNAME mp1
*.wildaway CNAME elsewhere.example.org.
mail MX 10 mp1
mail MX 20 mail.example.org.
_ldap._tcp SRV 0 5 389 mp1
10.2.0.192 PTR mp1
odd TYPE65280 \# 4 0a000001
info HINFO "a cpu" linux
naptr NAPTR 100 10 "u" "E2U+sip" "!^.*$!sip:info@example.com!" .
key SSHFP 1 1 123456789abcdef67890123456789abcdef67890
tls TLSA 3 1 1 d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971
cut NS ns.cut
cut NS ns.elsewhere.example.org.
cut DS 1 8 1 123456789abcdef67890123456789abcdef67890
ns.cut A 192.0.2.70
ns.cut AAAA 2001:db8::70
incut CNAME x.cut
dotted\.label TXT dotted
