"""tests/acceptance/connect_proxy.py - a small proxy: connect_proxy.py LOG [--tls CERTIFICATE KEY] [NAME=ADDRESS]...

Speaks HTTP's CONNECT and SOCKS 5 (RFC 1928) on a free port of 127.0.0.1, which it prints. Names are those it was given; each
request's target becomes a line of LOG. Ends when its standard input does.
"""
import socket
import socketserver
import ssl
import struct
import sys
import threading

arguments = sys.argv[2:]
tls = None
if arguments[:1] == ["--tls"]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(arguments[1], arguments[2])
    arguments = arguments[3:]
log = open(sys.argv[1], "a", buffering=1)
names = dict(pair.split("=") for pair in arguments)


def pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Connect(socketserver.StreamRequestHandler):
    rbufsize = 0  # what follows the request belongs to the tunnel

    def setup(self):
        if tls:
            self.request = tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self):
        first = self.rfile.read(1)
        host, port, good, bad = self.ask_socks() if first == b"\x05" else self.ask_connect(first)
        log.write(f"{host}:{port}\n")
        try:
            peer = socket.create_connection((names.get(host, host), port), 5)
        except OSError:
            self.wfile.write(bad)
            return
        self.wfile.write(good)
        back = threading.Thread(target=pump, args=(peer, self.connection), daemon=True)
        back.start()
        pump(self.connection, peer)
        back.join()
        peer.close()

    def ask_connect(self, first):
        method, target = (first + self.rfile.readline()).decode().split(" ")[:2]
        while self.rfile.readline().strip():
            pass
        host, port = target.rsplit(":", 1)
        assert method == "CONNECT"
        return host, int(port), b"HTTP/1.1 200 go on\r\n\r\n", b"HTTP/1.1 502 cannot be reached\r\n\r\n"

    def ask_socks(self):
        self.rfile.read(self.rfile.read(1)[0])
        self.wfile.write(b"\x05\x00")
        kind = self.rfile.read(4)[3]
        if kind == 1:
            host = socket.inet_ntoa(self.rfile.read(4))
        else:
            host = self.rfile.read(self.rfile.read(1)[0]).decode()
        (port,) = struct.unpack("!H", self.rfile.read(2))
        return host, port, b"\x05\x00\x00\x01" + bytes(6), b"\x05\x04\x00\x01" + bytes(6)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


server = Server(("127.0.0.1", 0), Connect)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
