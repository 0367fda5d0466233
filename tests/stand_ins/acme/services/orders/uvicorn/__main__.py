"""Stands in for uvicorn: `python3 -m uvicorn main:app --port PORT` serves the function `app` of
main.py on threads. (The real one takes another kind of function.)
"""
import http.server
import importlib
import json
import sys

module, function = sys.argv[1].split(":")
sys.path.insert(0, ".")
app = getattr(importlib.import_module(module), function)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, value = app(self.command, self.path, self.headers, body)
        text = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 256


Server(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])), Handler).serve_forever()
