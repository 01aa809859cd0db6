"""A real S3 server on loopback for check_object_storage.py, and a proxy before it that fails by a script.

The server is versitygw (deploy/s3_server.sh): it computes every request's signature again and compares, hashes of bodies
included. Buckets are folders of its root.
"""

import http.client
import http.server
import os
import pathlib
import socket
import struct
import subprocess
import threading

from cluster import ROOT, SKIPPED, check, until

ACCESS, SECRET = "doodle-access", "doodle-secret-that-no-log-has"


def program():
    """Path of the server; None, and why, where it cannot be built."""
    done = subprocess.run([ROOT / "deploy/s3_server.sh"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=800)
    last = (done.stdout.strip().splitlines() or [""])[-1]
    if done.returncode == SKIPPED:
        return None, last
    check(done.returncode == 0, f"deploy/s3_server.sh: exit code {done.returncode}\n{done.stderr[-2000:]}")
    return pathlib.Path(last), ""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """Stopped at the end of the block. `bucket` is there and empty."""

    def __init__(self, path, folder, bucket="drawings"):
        self.root, self.meta, self.bucket = folder / "root", folder / "meta", bucket
        self.port = free_port()
        for made in (self.root / bucket, self.meta):
            made.mkdir(parents=True)
        log = open(folder / "s3-server.log", "ab")
        environment = {"PATH": os.environ["PATH"], "ROOT_ACCESS_KEY": ACCESS, "ROOT_SECRET_KEY": SECRET,
                       "HOME": str(folder)}
        self.process = subprocess.Popen([path, "--port", f"127.0.0.1:{self.port}", "--quiet", "--keep-alive",
                                         "posix", "--default-etag", "placed",
                                         "--sidecar", self.meta, self.root], env=environment, stdout=log, stderr=log,
                                        stdin=subprocess.DEVNULL, cwd=folder)
        log.close()

    def __enter__(self):
        def listens():
            check(self.process.poll() is None, f"the S3 server ended with {self.process.returncode}")
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.port)) == 0
        until(listens, 30, "the S3 server listens")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(15)

    def variables(self, port=None):
        """Of the processes that use it."""
        return {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port or self.port}", "AWS_ACCESS_KEY_ID": ACCESS,
                "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1", "no_proxy": "127.0.0.1",
                "NO_PROXY": "127.0.0.1"}

    def keys(self):
        folder = self.root / self.bucket
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*")
                      if path.is_file() and ".sgwtmp" not in path.parts)


class FaultyProxy:
    """Passes requests to `port` as they are; of every six one is answered with 503, one is reset before it is passed on
    and one in the middle of its answer. With `holds`, a text, it instead keeps PUTs of paths that have it for ever, and
    sets `held` then."""

    def __init__(self, port, holds=None):
        self.target, self.count, self.faults = port, 0, 0
        self.holds, self.held, self.ended = holds, threading.Event(), threading.Event()
        self.mutex = threading.Lock()
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def any(self):
                proxy.handle(self)

            do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = any

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def reset(self, handler):
        handler.close_connection = True
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()

    def handle(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        with self.mutex:
            self.count += 1
            turn = self.count % 6 if self.holds is None else 0
            self.faults += turn in (1, 3, 5)
        if self.holds and handler.command == "PUT" and self.holds in handler.path:
            self.held.set()
            self.ended.wait(120)
            return self.reset(handler)
        if turn == 1:
            return self.answer(handler, 503, {}, b"<Error><Code>SlowDown</Code><Message>slowly</Message></Error>")
        if turn == 3:
            return self.reset(handler)
        upstream = http.client.HTTPConnection("127.0.0.1", self.target, timeout=60)
        upstream.putrequest(handler.command, handler.path, skip_host=True, skip_accept_encoding=True)
        for name, value in handler.headers.items():  # The host, too: it is signed.
            upstream.putheader(name, value)
        upstream.endheaders(body)
        reply = upstream.getresponse()
        content = reply.read()
        headers = {name: value for name, value in reply.getheaders()
                   if name.lower() not in ("connection", "transfer-encoding", "date", "server")}
        upstream.close()
        self.answer(handler, reply.status, headers, content, cut=turn == 5)

    def answer(self, handler, status, headers, content, cut=False):
        headers.setdefault("Content-Length", str(len(content)))
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        if handler.command == "HEAD":
            return
        handler.wfile.write(content[: len(content) // 2] if cut else content)
        if cut:
            handler.wfile.flush()
            self.reset(handler)
