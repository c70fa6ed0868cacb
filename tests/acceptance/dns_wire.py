"""tests/acceptance/dns_wire.py FAKE_PORT BIND_PORT - sends each message to both, and says whether they answer alike."""
import socket
import struct
import sys

APEX = b"\x03tsb\x07example\x03com\x00"
MP1 = b"\x03mp1" + APEX
UNANSWERED_S = 0.4


def header(flags=0x0100, counts=(1, 0, 0, 0)):
    return struct.pack(">HHHHHH", 0x1234, flags, *counts)


def question(name=MP1, kind=1, klass=1):
    return name + struct.pack(">HH", kind, klass)


def opt(options=b"", size=1232, version=0, flags=0, name=b"\x00"):
    return name + struct.pack(">HHBBHH", 41, size, 0, version, flags, len(options)) + options


def option(code, data):
    return struct.pack(">HH", code, len(data)) + data


def record(name, kind, klass, ttl, data):
    return name + struct.pack(">HHIH", kind, klass, ttl, len(data)) + data


def with_opt(extra, flags=0x0100):
    return header(flags, (1, 0, 0, 1)) + question() + extra


def soa(serial):
    return record(APEX, 6, 1, 0, b"\x00\x00" + struct.pack(">IIIII", serial, 1, 2, 3, 4))


PLAIN = header() + question()
MESSAGES = {
    "a plain question": PLAIN,
    "eleven bytes": PLAIN[:11],
    "a header alone": header(counts=(0, 0, 0, 0)),
    "a header that promises a question": header(),
    "an answer": header(0x8100) + question(),
    "a question cut in its name": PLAIN[:18],
    "a question cut in its type": PLAIN[:-3],
    "bytes after the end": PLAIN + b"\x00" * 5,
    "two questions": header(counts=(2, 0, 0, 0)) + question() + question(),
    "a pointer forwards": header() + b"\xc0\x20\x00\x01\x00\x01" + b"\x00" * 20,
    "a pointer to itself": header() + b"\xc0\x0c\x00\x01\x00\x01",
    "a pointer into the header": header() + b"\xc0\x00\x00\x01\x00\x01",
    "a label of 64": header() + question(b"\x40" + b"a" * 64 + b"\x00"),
    "a name of 256": header() + question((b"\x3f" + b"a" * 63) * 4 + b"\x00"),
    "the root": header() + question(b"\x00"),
    "an extended label": header() + question(b"\x41abc\x00"),
    "a zero byte in a label": header() + question(b"\x03a\x00b" + APEX),
    "type 0": header() + question(kind=0),
    "type OPT": header() + question(kind=41),
    "type TSIG": header() + question(kind=250),
    "type 128": header() + question(kind=128),
    "type AXFR": header() + question(APEX, 252),
    "type IXFR without a SOA": header() + question(APEX, 251),
    "type IXFR": header(counts=(1, 0, 1, 0)) + question(APEX, 251) + soa(1),
    "type MAILB": header() + question(kind=253),
    "type MAILA": header() + question(kind=254),
    "type ANY": header() + question(kind=255),
    "type 65535": header() + question(kind=65535),
    "class 0": header() + question(klass=0),
    "class 2": header() + question(klass=2),
    "class CH": header() + question(klass=3),
    "class HS": header() + question(klass=4),
    "class NONE": header() + question(klass=254),
    "class ANY": header() + question(klass=255),
    "AA, TC and RA set": header(0x0780) + question(),
    "Z set": header(0x0140) + question(),
    "AD and CD set": header(0x0130) + question(),
    "an rcode": header(0x0103) + question(),
    "not RD": header(0x0000) + question(),
    "IQUERY": header(0x0900) + question(),
    "STATUS": header(0x1100) + question(),
    "NOTIFY without a question": header(0x2000, (0, 0, 0, 0)),
    "NOTIFY of another zone": header(0x2000) + question(b"\x01x\x00", 6),
    "NOTIFY with RD": header(0x2100) + question(APEX, 6),
    "UPDATE of nothing": header(0x2800, (0, 0, 0, 0)),
    "UPDATE, unsigned": header(0x2800) + question(APEX, 6),
    "UPDATE, not of a SOA": header(0x2800) + question(APEX, 1),
    "UPDATE of another zone": header(0x2800) + question(b"\x01x\x00", 6),
    "UPDATE, class CH": header(0x2800) + question(APEX, 6, 3),
    "UPDATE, class ANY": header(0x2800) + question(APEX, 6, 255),
    "DSO": header(0x3000) + question(),
    "opcode 15": header(0x7900) + question(),
    "an answer in a question": header(counts=(1, 1, 0, 0)) + question() + record(MP1, 1, 1, 5, b"\x01\x02\x03\x04"),
    "an address of 3 bytes": header(counts=(1, 1, 0, 0)) + question() + record(MP1, 1, 1, 5, b"\x01\x02\x03"),
    "a record cut short": header(counts=(1, 1, 0, 0)) + question() + record(MP1, 1, 1, 5, b"\x01\x02\x03\x04")[:-2],
    "more records than there are": header(counts=(1, 0, 0, 9)) + question() + opt(),
    "OPT": with_opt(opt()),
    "OPT, DO": with_opt(opt(flags=0x8000)),
    "OPT, all flags": with_opt(opt(flags=0xffff)),
    "OPT, version 1": with_opt(opt(version=1)),
    "OPT, version 255": with_opt(opt(version=255)),
    "OPT of a small size": with_opt(opt(size=0)),
    "OPT not at the root": with_opt(opt(name=APEX)),
    "two OPT": header(counts=(1, 0, 0, 2)) + question() + opt() + opt(),
    "OPT as an answer": header(counts=(1, 1, 0, 0)) + question() + opt(),
    "an option cut short": with_opt(opt(b"\x00\x0a\x00\x08abc")),
    "half an option": with_opt(opt(b"\x00\x0a")),
    "an unknown option": with_opt(opt(option(65001, b"abc"))),
    "a cookie": with_opt(opt(option(10, b"clientco"))),
    "a cookie of 7": with_opt(opt(option(10, b"clientc"))),
    "a cookie of 9": with_opt(opt(option(10, b"clientcoo"))),
    "a cookie of 16": with_opt(opt(option(10, b"clientcoserverco"))),
    "a cookie of 41": with_opt(opt(option(10, b"c" * 41))),
    "an empty cookie": with_opt(opt(option(10, b""))),
    "a cookie and version 1": with_opt(opt(option(10, b"clientco"), version=1)),
    "nothing but a cookie": header(counts=(0, 0, 0, 1)) + opt(option(10, b"clientco")),
    "NSID": with_opt(opt(option(3, b""))),
    "a subnet": with_opt(opt(option(8, b"\x00\x01\x18\x00\xc0\x00\x02"))),
    "a subnet of IPv6": with_opt(opt(option(8, b"\x00\x02\x20\x00\x20\x01\x0d\xb8"))),
    "no subnet at all": with_opt(opt(option(8, b"\x00\x01\x00\x00"))),
    "a subnet with a scope": with_opt(opt(option(8, b"\x00\x01\x18\x18\xc0\x00\x02"))),
    "a subnet that is too long": with_opt(opt(option(8, b"\x00\x01\x21\x00\xc0\x00\x02\x01\x01"))),
    "a subnet cut short": with_opt(opt(option(8, b"\x00\x01\x18\x00\xc0\x00"))),
    "a subnet of no family": with_opt(opt(option(8, b"\x00\x07\x18\x00\xc0\x00\x02"))),
    "a subnet with bits behind it": with_opt(opt(option(8, b"\x00\x01\x14\x00\xc0\x00\xff"))),
    "an empty subnet": with_opt(opt(option(8, b""))),
    "EXPIRE": with_opt(opt(option(9, b""))),
    "keepalive over UDP": with_opt(opt(option(11, b""))),
    "padding": with_opt(opt(option(12, b"\x00" * 20))),
    "TSIG of an unknown key": header(counts=(1, 0, 0, 1)) + question()
    + record(b"\x01k\x00", 250, 255, 0, b"\x0bhmac-sha256\x00" + b"\x00" * 6 + b"\x01\x2c\x00\x00\x12\x34\x00\x00\x00\x00"),
    "TSIG before OPT": header(counts=(1, 0, 0, 2)) + question()
    + record(b"\x01k\x00", 250, 255, 0, b"\x0bhmac-sha256\x00" + b"\x00" * 6 + b"\x01\x2c\x00\x00\x12\x34\x00\x00\x00\x00") + opt(),
    "TSIG of class IN": header(counts=(1, 0, 0, 1)) + question()
    + record(b"\x01k\x00", 250, 1, 0, b"\x0bhmac-sha256\x00" + b"\x00" * 6 + b"\x01\x2c\x00\x00\x12\x34\x00\x00\x00\x00"),
    "TSIG that is cut": header(counts=(1, 0, 0, 1)) + question() + record(b"\x01k\x00", 250, 255, 0, b"\x0bhmac-sha256\x00\x00"),
}


def ask(port, message):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(UNANSWERED_S)
        client.connect(("127.0.0.1", port))
        client.send(message)
        try:
            return client.recv(65535)
        except (socket.timeout, ConnectionError):
            return None


def summary(reply):
    """What has to be the same: header, and all bytes but those of a server's cookie and of times."""
    if reply is None:
        return "no answer"
    shown = bytearray(reply)
    at = reply.find(b"\x00\x0a\x00\x18", 12)
    if at > 0:
        shown[at + 16:at + 28] = b"\xee" * 12
    at = reply.find(b"\x0bhmac-sha256\x00", 12)
    if at > 0:
        shown[at + 13:at + 19] = b"\xee" * 6
    return shown.hex()


def main():
    fake, bind = int(sys.argv[1]), int(sys.argv[2])
    for name, message in MESSAGES.items():
        ours, theirs = summary(ask(fake, message)), summary(ask(bind, message))
        if ours == theirs:
            print(f"ok - on the wire: {name}")
        else:
            print(f"not ok - on the wire: {name}: the fake says {ours}, BIND {theirs}")


main()
