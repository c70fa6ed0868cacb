# tests/acceptance/dns_clients.pl PORT KEYFILE - what Net::DNS does to a name server, and what it makes of it.
use strict;
use warnings;
use Net::DNS;

my ($port, $key) = @ARGV;
my $zone = "tsb.example.com";
my $resolver = Net::DNS::Resolver->new(nameservers => ["127.0.0.1"], port => $port, recurse => 0, retry => 1);

sub show {
    my ($name, $type) = @_;
    my $reply = $resolver->send("$name.$zone", $type);
    print $reply->header->rcode, " ", join(" ", sort map { $_->rdstring } $reply->answer), "\n";
}

sub change {
    my @what = @_;
    my $update = Net::DNS::Update->new($zone);
    $update->push(@$_) for @what;
    $update->sign_tsig($key);
    my $reply = $resolver->send($update);
    print $reply ? $reply->header->rcode : $resolver->errorstring, "\n";
}

show("active", "A");
show("nope", "A");
change([pre => yxrrset("active.$zone CNAME mp1.$zone")], [update => rr_del("active.$zone CNAME")],
    [update => rr_add("active.$zone 30 CNAME mp2.$zone")]);
show("active", "A");
change([pre => nxdomain("active.$zone")], [update => rr_add("new.$zone 30 A 192.0.2.1")]);
change([update => rr_add("active.$zone 30 CNAME mp1.$zone")]);
show("active", "A");
$resolver->tsig($key);
my @records = $resolver->axfr($zone);
print scalar(@records), " records\n";
