"""A real Terrella as a child process, and what a client needs to talk to it. Shared by the harnesses of this folder and of benches/."""
import json
import os
import signal
import subprocess
import tempfile
import threading
import time
import urllib.request

import boto3
from botocore.config import Config

REGION = "eu-central-1"


class Cloud:
    """One data directory, and the process that serves it while it runs."""

    def __init__(self, binary, data, *flags):
        self.binary, self.data, self.flags = str(binary), str(data), flags
        self.process, self.endpoint, self.started_in = None, None, None

    def start(self):
        """Starts the binary on a free port; `started_in` is the time to its first line, in seconds."""
        began = time.perf_counter()
        command = [self.binary, "start", "--listen", "127.0.0.1:0", "--json", "--data", self.data, *self.flags]
        # What the process says goes to a file: a pipe that nobody empties would stop it.
        self.said = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.said, text=True)
        line = self.process.stdout.readline()
        self.started_in = time.perf_counter() - began
        assert line, f"it does not start: {self.complaints()}"
        self.endpoint = json.loads(line)["endpoint"]
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        return self

    def complaints(self):
        """What the process has written to stderr."""
        self.said.seek(0)
        return self.said.read()

    def end(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(60)
        self.process = None

    @property
    def address(self):
        host, port = self.endpoint.removeprefix("http://").split(":")
        return host, int(port)

    def client(self, service, key="test", secret="test", token=None, **config):
        config = Config(**{"retries": {"max_attempts": 0}, "max_pool_connections": 32, "connect_timeout": 10, "read_timeout": 60} | config)
        return boto3.client(service, endpoint_url=self.endpoint, region_name=REGION, aws_access_key_id=key, aws_secret_access_key=secret,
                            aws_session_token=token, config=config)

    def operator(self, path, body=None):
        """Asks the operator's API: GET, or POST where there is a body."""
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.endpoint + path, data=data), timeout=60) as reply:
            return json.load(reply)

    def rss_kib(self):
        """Resident memory, in KiB."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))


def capture(client, call):
    """Makes a call for real; answers the signed request as botocore sent it."""
    sent = {}
    client.meta.events.register("before-send", lambda request, **_: sent.update(request=request), unique_id="capture")
    try:
        call(client)
    finally:
        client.meta.events.unregister("before-send", unique_id="capture")
    return sent["request"]


def sign_only(client, call):
    """The signed request of a call that is not sent."""
    class NotSent(Exception):
        pass

    sent = {}

    def keep(request, **_):
        sent["request"] = request
        raise NotSent

    client.meta.events.register("before-send", keep, unique_id="sign-only")
    try:
        call(client)
    except NotSent:
        pass
    finally:
        client.meta.events.unregister("before-send", unique_id="sign-only")
    return sent["request"]


def raw(request):
    """A signed request as bytes of HTTP/1.1."""
    body = request.body or b""
    body = body.encode() if isinstance(body, str) else body
    text = lambda value: value.decode() if isinstance(value, bytes) else str(value)
    heads = {text(name): text(value) for name, value in request.headers.items()}
    host, _, path = request.url.split("://", 1)[1].partition("/")
    heads |= {"Host": host, "Content-Length": str(len(body))}
    head = f"{request.method} /{path} HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in heads.items()) + "\r\n"
    return head.encode() + body


def default_binary(profile="release"):
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return os.path.join(os.environ.get("CARGO_TARGET_DIR", os.path.join(root, "target")), profile, "terrella")
