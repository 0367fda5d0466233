#!/usr/bin/env python3
"""A service as somebody might have one: HTTP on a port of 127.0.0.1, with the standard library.

    service.py PORT [KEY=VALUE ...]

    calls=URL     POST /orders asks this URL first, and fails with it
    timeout=S     how long it waits for that (1)
    attempts=N    how often it tries (1)
    ends=S        it exits with 7 after so many seconds
    ignores=TERM  it does not end when it is asked to
    says=BYTES    it says so much first
    tls=FILE      it speaks TLS, with the certificate and the key in this file
"""
import http.server
import os
import signal
import ssl
import sys
import threading
import time
import urllib.error
import urllib.request

port = int(sys.argv[1])
options = dict(word.split("=", 1) for word in sys.argv[2:])


def ask_callee():
    """Whether the callee answers 2xx, after as many attempts as there are."""
    for _ in range(int(options.get("attempts", "1"))):
        request = urllib.request.Request(options["calls"], data=b"{}", method="POST")
        try:
            with urllib.request.urlopen(request, timeout=float(options.get("timeout", "1"))):
                return True
        except (urllib.error.URLError, OSError):
            continue
    return False


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(200, b'{"status": "up"}')

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        works = "calls" not in options or ask_callee()
        self.answer(201 if works else 503, b"{}")

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128


if "says" in options:
    print("x" * int(options["says"]), flush=True)
if "ignores" in options:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
else:
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
if "ends" in options:
    def end():
        time.sleep(float(options["ends"]))
        print("the disk is gone", flush=True)
        os._exit(7)
    threading.Thread(target=end, daemon=True).start()
server = Server(("127.0.0.1", port), Handler)
if "tls" in options:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options["tls"])
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(f"listening on {port}", flush=True)
server.serve_forever()
