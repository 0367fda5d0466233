"""As much of PostgreSQL's protocol as one connection with simple queries and no password takes."""
import socket
import struct
import threading
import urllib.parse


class Postgres:
    def __init__(self, url):
        place = urllib.parse.urlsplit(url)
        self.lock = threading.Lock()
        self.socket = socket.create_connection((place.hostname, place.port), timeout=10)
        self.answers = self.socket.makefile("rb")
        words = f"user\0{place.username}\0database\0{place.path[1:]}\0\0".encode()
        self._send(b"", struct.pack("!i", 3 << 16) + words)
        self._hear()

    def run(self, sql):
        with self.lock:
            self._send(b"Q", sql.encode() + b"\0")
            self._hear()

    def _send(self, kind, body):
        self.socket.sendall(kind + struct.pack("!i", len(body) + 4) + body)

    def _hear(self):
        """Until the server is ready for the next one."""
        error = None
        while True:
            kind, length = struct.unpack("!ci", self.answers.read(5))
            body = self.answers.read(length - 4)
            if kind == b"E":
                error = body.replace(b"\0", b" ").decode()
            if kind == b"Z":
                break
        if error:
            raise RuntimeError(error)
