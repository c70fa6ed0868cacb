"""tests/acceptance/connect_proxy.py - a small proxy: connect_proxy.py LOG [NAME=ADDRESS]...

Speaks HTTP's CONNECT on a free port of 127.0.0.1, which it prints. Names are those it was given; each request's target becomes a
line of LOG. Ends when its standard input does.
"""
import socket
import socketserver
import sys
import threading

log = open(sys.argv[1], "a", buffering=1)
names = dict(pair.split("=") for pair in sys.argv[2:])


def pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Connect(socketserver.StreamRequestHandler):
    rbufsize = 0  # what follows the request belongs to the tunnel

    def handle(self):
        method, target = self.rfile.readline().decode().split(" ")[:2]
        while self.rfile.readline().strip():
            pass
        if method != "CONNECT":
            self.wfile.write(b"HTTP/1.1 405 only CONNECT\r\n\r\n")
            return
        log.write(target + "\n")
        host, port = target.rsplit(":", 1)
        try:
            peer = socket.create_connection((names.get(host, host), int(port)), 5)
        except OSError:
            self.wfile.write(b"HTTP/1.1 502 cannot be reached\r\n\r\n")
            return
        self.wfile.write(b"HTTP/1.1 200 go on\r\n\r\n")
        back = threading.Thread(target=pump, args=(peer, self.connection), daemon=True)
        back.start()
        pump(self.connection, peer)
        back.join()
        peer.close()


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


server = Server(("127.0.0.1", 0), Connect)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
