"""tests/acceptance/dns_clients.py certbot|dnspython PORT KEY SECRET - what these clients do to a name server, and what they make of it."""
import sys

import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.resolver
import dns.tsig
import dns.tsigkeyring
import dns.update
import dns.zone

WHICH, PORT, KEY, SECRET = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
ZONE, HOST = "tsb.example.com", "127.0.0.1"
RING = dns.tsigkeyring.from_text({KEY: SECRET})


def show(name, kind):
    answer = dns.query.udp(dns.message.make_query(f"{name}.{ZONE}", kind), HOST, port=PORT, timeout=5)
    print(dns.rcode.to_text(answer.rcode()), *sorted(str(item) for rrset in answer.answer for item in rrset))


def certbot():
    """What certbot does for each certificate: a TXT record comes and goes."""
    from certbot_dns_rfc2136._internal.dns_rfc2136 import _RFC2136Client

    client = _RFC2136Client(HOST, PORT, KEY, SECRET, dns.tsig.HMAC_SHA256)
    client.add_txt_record(f"_acme-challenge.{ZONE}", "token", 120)
    show("_acme-challenge", "TXT")
    client.del_txt_record(f"_acme-challenge.{ZONE}", "token")
    show("_acme-challenge", "TXT")


def dnspython():
    zone = dns.zone.from_xfr(dns.query.xfr(HOST, dns.name.from_text(ZONE), port=PORT, keyring=RING, keyalgorithm=dns.tsig.HMAC_SHA256))
    print(len(zone.nodes), "names")
    update = dns.update.Update(ZONE, keyring=RING, keyalgorithm=dns.tsig.HMAC_SHA256)
    update.present("active", "CNAME", f"mp1.{ZONE}.")
    update.replace("active", 30, "CNAME", f"mp2.{ZONE}.")
    print(dns.rcode.to_text(dns.query.tcp(update, HOST, port=PORT, timeout=5).rcode()))
    show("active", "A")
    print(dns.rcode.to_text(dns.query.udp(update, HOST, port=PORT, timeout=5).rcode()))
    update = dns.update.Update(ZONE, keyring=RING, keyalgorithm=dns.tsig.HMAC_SHA256)
    update.replace("active", 30, "CNAME", f"mp1.{ZONE}.")
    print(dns.rcode.to_text(dns.query.udp(update, HOST, port=PORT, timeout=5).rcode()))
    show("active", "A")
    wrong = dns.update.Update(ZONE, keyring=dns.tsigkeyring.from_text({KEY: "d3Jvbmc="}), keyalgorithm=dns.tsig.HMAC_SHA256)
    try:
        dns.query.udp(wrong, HOST, port=PORT, timeout=5)
    except dns.tsig.PeerError as error:
        print(type(error).__name__)


{"certbot": certbot, "dnspython": dnspython}[WHICH]()
