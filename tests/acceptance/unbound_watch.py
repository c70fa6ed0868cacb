"""tests/acceptance/unbound_watch.py NAME LATE FLIP_S END_S COMMAND PORT... - asks resolvers side by side at 4 Hz, and writes down what each says.

FLIP_S after the first questions COMMAND is run, which makes NAME lead elsewhere and LATE exist. A line each: the wall time of the question in ms,
port, name, answer (the target of the CNAME that comes first, "address", or the rcode); and "flip MS".
"""
import socket
import struct
import subprocess
import sys
import time

POLL_S = 0.25


def encode(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.strip(".").split(".")) + b"\0"


def decode(message, at):
    labels = []
    while message[at]:
        if message[at] >= 0xC0:
            at = struct.unpack_from(">H", message, at)[0] & 0x3FFF
            continue
        labels.append(message[at + 1:at + 1 + message[at]].decode())
        at += 1 + message[at]
    return ".".join(labels) + "."


def skip(message, at):
    while message[at] and message[at] < 0xC0:
        at += 1 + message[at]
    return at + (2 if message[at] else 1)


def read(message):
    flags, _, answers = struct.unpack_from(">HHH", message, 2)
    at = skip(message, 12) + 4
    if flags & 15 or not answers:
        return f"rcode{flags & 15}"
    at = skip(message, at)
    kind = struct.unpack_from(">H", message, at)[0]
    return decode(message, at + 10) if kind == 5 else "address"


def ask(sockets, names):
    waiting = {}
    for port, name in ((port, name) for port in sockets for name in names):
        number = len(waiting) + 1
        waiting[number] = (round(time.time() * 1000), port, name)
        sockets[port].send(struct.pack(">HHHHHH", number, 0x0100, 1, 0, 0, 0) + encode(name) + struct.pack(">HH", 1, 1))
    for port in sockets:
        for _ in names:
            message = sockets[port].recv(4096)
            asked_ms, its_port, name = waiting[struct.unpack_from(">H", message)[0]]
            print(asked_ms, its_port, name, read(message))


def main():
    names, flip_s, end_s, command = sys.argv[1:3], float(sys.argv[3]), float(sys.argv[4]), sys.argv[5]
    sockets = {}
    for port in sys.argv[6:]:
        sockets[port] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sockets[port].connect(("127.0.0.1", int(port)))
        sockets[port].settimeout(2)
    begin = time.time()
    has_flipped = False
    polls = 0
    while time.time() < begin + end_s:
        ask(sockets, names)
        polls += 1
        if not has_flipped and time.time() >= begin + flip_s:
            subprocess.run(["bash", "-c", command], check=True)
            print("flip", round(time.time() * 1000))
            has_flipped = True
        time.sleep(max(0.0, begin + polls * POLL_S - time.time()))


main()
