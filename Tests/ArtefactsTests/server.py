#!/usr/bin/env python3
"""An https server that does what servers do, well and badly, and a proxy to it.

    server.py FOLDER PAYLOAD

Makes a certificate authority in FOLDER (ca.pem; other.pem is one that signed nothing), serves the
file PAYLOAD under the paths below, notes each request in FOLDER/log, and writes the ports of server
and proxy to FOLDER/ports when it is ready. It ends when its parent does.
"""

import http.server
import os
import select
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

FOLDER = Path(sys.argv[1])
PAYLOAD = Path(sys.argv[2]).read_bytes()
seen = {}
lock = threading.Lock()


def log(line):
    with lock, open(FOLDER / "log", "a") as file:
        file.write(line + "\n")


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def certificates():
    new = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for name in ("ca", "other"):
        openssl(*new, "-x509", "-days", 2, "-subj", f"/CN=Test {name}", "-keyout",
                FOLDER / f"{name}.key", "-out", FOLDER / f"{name}.pem")
    (FOLDER / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    openssl(*new, "-subj", "/CN=localhost", "-keyout", FOLDER / "server.key", "-out",
            FOLDER / "server.csr")
    openssl("x509", "-req", "-in", FOLDER / "server.csr", "-CA", FOLDER / "ca.pem", "-CAkey",
            FOLDER / "ca.key", "-CAcreateserial", "-days", 2, "-extfile", FOLDER / "names", "-out",
            FOLDER / "server.pem")
    for name in ("ca.pem", "other.pem"):
        (FOLDER / name).chmod(0o644)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def send(self, body, status=200, length=None, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if length != "none":
            self.send_header("Content-Length", str(len(body) if length is None else length))
        else:
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        asked = self.headers.get("Range", "-")
        log(f"{self.path} {asked} {self.headers.get('User-Agent')}")
        with lock:
            seen[self.path] = seen.get(self.path, 0) + 1
            count = seen[self.path]
        try:
            getattr(self, "serve_" + self.path.strip("/").split("/")[0].replace("-", "_"))(count)
        except (AttributeError, OSError):
            self.close_connection = True

    def start(self):
        """The offset that is asked for."""
        asked = self.headers.get("Range", "bytes=0-")
        return int(asked.removeprefix("bytes=").split("-")[0])

    def ranged(self, length=None):
        start = self.start()
        if start == 0:
            return self.send(PAYLOAD[:length], length=len(PAYLOAD))
        if start >= len(PAYLOAD):
            return self.send(b"", 416, headers=[("Content-Range", f"bytes */{len(PAYLOAD)}")])
        rest = PAYLOAD[start:]
        where = f"bytes {start}-{len(PAYLOAD) - 1}/{len(PAYLOAD)}"
        self.send(rest[:length], 206, len(rest), [("Content-Range", where)])

    def serve_ok(self, count):
        self.ranged()

    def serve_noranges(self, count):
        self.send(PAYLOAD)

    def serve_missing(self, count):
        self.send(b"no such file", 404)

    def serve_busy(self, count):
        self.ranged() if count > 2 else self.send(b"", 503)

    def serve_down(self, count):
        self.send(b"", 500)

    def serve_to_http(self, count):
        self.send(b"", 302, headers=[("Location", "http://127.0.0.1:9/ok")])

    def serve_to_https(self, count):
        self.send(b"", 302, headers=[("Location", "/ok")])

    def serve_circle(self, count):
        self.send(b"", 302, headers=[("Location", "/circle")])

    def serve_cut(self, count):
        self.ranged(len(PAYLOAD) // 3)
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def serve_stall(self, count):
        self.ranged(500)
        self.wfile.flush()
        time.sleep(30)
        self.close_connection = True

    def serve_large(self, count):
        self.send(b"", length=1 << 30)

    def serve_endless(self, count):
        self.send(b"", length="none")
        while True:
            self.wfile.write(bytes(1 << 16))

    def serve_other(self, count):
        self.send(b"something else")


class Proxy(http.server.BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def do_CONNECT(self):
        log(f"proxy {self.path}")
        host, port = self.path.rsplit(":", 1)
        with socket.create_connection((host, int(port))) as there:
            self.send_response(200)
            self.end_headers()
            ends = {self.connection: there, there: self.connection}
            while True:
                for end in select.select(list(ends), [], [])[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    ends[end].sendall(data)


def main():
    certificates()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(FOLDER / "server.pem", FOLDER / "server.key")
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    for one in (server, proxy):
        one.daemon_threads = True
        one.handle_error = lambda *arguments: None
        threading.Thread(target=one.serve_forever, daemon=True).start()
    (FOLDER / "new").write_text(f"{server.server_port} {proxy.server_port}")
    (FOLDER / "new").rename(FOLDER / "ports")
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(0.5)


main()
