#!/usr/bin/env python3
"""What hostile or careless clients may cost: sizes, depths, counts, slowness, and ten thousand connections that say nothing.

usage: bounds.py [--binary PATH] [--connections 10000]

Every check ends with an ordinary call, which must be answered.
"""
import argparse
import json
import re
import resource
import socket
import sys
import tempfile
import time

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from cloud import REGION, Cloud, default_binary, raw, sign_only

CHECKS = []
MOST_KIB_EACH, AIM_KIB_EACH = 32, 10
SLOW = 50


def check(title):
    """Registers a check. It asserts for itself, and may answer a line to print."""
    return lambda run: CHECKS.append((title, run)) or run


class Door:
    """The cloud, and ways to talk to it that no client library has."""

    def __init__(self, cloud):
        self.cloud = cloud
        self.sqs = cloud.client("sqs")
        self.url = self.sqs.create_queue(QueueName="bounds")["QueueUrl"]

    def connect(self, timeout=20):
        stream = socket.create_connection(self.cloud.address, timeout=timeout)
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return stream

    def call(self):
        """An ordinary call, signed and ready to send."""
        return raw(sign_only(self.sqs, lambda c: c.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])))

    def still_answers(self):
        began = time.perf_counter()
        self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])
        return time.perf_counter() - began

    def tell(self, *parts):
        """Sends parts over one connection; answers all that comes back until it is closed or silent."""
        with self.connect(timeout=5) as stream:
            try:
                for part in parts:
                    stream.sendall(part)
            except (BrokenPipeError, ConnectionResetError):
                pass
            return read_all(stream)


def read_all(stream):
    """Everything until the end, and whether the peer ended it."""
    got = b""
    try:
        while piece := stream.recv(1 << 16):
            got += piece
    except TimeoutError:
        return got, False
    except ConnectionResetError:
        pass
    return got, True


def read_reply(stream):
    """One reply by its Content-Length: status and body; `None` where none comes."""
    got = b""
    while b"\r\n\r\n" not in got:
        piece = stream.recv(1 << 16)
        if not piece:
            return None
        got += piece
    head, _, body = got.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.I)
    while length and len(body) < int(length[1]):
        body += stream.recv(1 << 16)
    return int(head.split()[1]), body


def status(reply):
    return int(reply.split(b" ", 2)[1]) if reply.startswith(b"HTTP/1.") else None


def post(body, *heads, length=None):
    lines = ["POST / HTTP/1.1", "Host: localhost", "X-Amz-Target: AmazonSQS.SendMessage", "Content-Type: application/x-amz-json-1.0", *heads]
    lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@check("a body that announces too much is refused before it is sent, and the connection closed")
def _(door):
    reply, closed = door.tell(post(b"", length=1 << 40))
    assert status(reply) == 413 and closed, (reply[:200], closed)


@check("a body that turns out too large is refused, and the connection closed")
def _(door):
    before = door.cloud.rss_kib()
    # The largest that an API takes in one piece is a deployment package of 50 MB in base64.
    pieces = [b"100000\r\n" + b"x" * (1 << 20) + b"\r\n"] * 80
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    reply, closed = door.tell(head, *pieces)
    # A client that is still sending may find its connection reset before it reads the refusal.
    assert closed and status(reply) in (413, None), (reply[:200], closed)
    return f"{status(reply) or 'reset'}; {door.cloud.rss_kib() - before:+} KiB"


@check("a huge header is refused")
def _(door):
    reply, closed = door.tell(post(b"{}", "X-Big: " + "x" * (4 << 20)))
    assert closed and status(reply) in (431, 400, None), (reply[:200], closed)
    return str(status(reply) or "reset")


@check("five thousand headers are refused")
def _(door):
    reply, closed = door.tell(post(b"{}", *(f"X-{n}: y" for n in range(5_000))))
    assert closed and status(reply) in (431, 400, None), (reply[:200], closed)
    return str(status(reply) or "reset")


@check("a head that cannot be read is answered, not only dropped")
def _(door):
    many = "".join(f"X-{n}: y\r\n" for n in range(150))
    for head, want in (("GET / HTTP/9.9\r\n\r\n", 400), ("GET / HTTP/1.1\r\nno colon\r\n\r\n", 400), (f"GET / HTTP/1.1\r\nHost: a\r\n{many}\r\n", 431)):
        reply, closed = door.tell(head.encode())
        assert closed and status(reply) == want, (head[:40], reply[:100], closed)


@check("a path of a megabyte is refused")
def _(door):
    reply, closed = door.tell(b"GET /" + b"a" * (1 << 20) + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert closed and status(reply) in (414, 431, 400, None), (reply[:200], closed)
    return str(status(reply) or "reset")


@check("JSON nested a hundred thousand deep is an error of AWS")
def _(door):
    for body in (b'{"a":' * 100_000, b"[" * 100_000, b'{"QueueUrl":"q","MessageBody":"m","MessageAttributes":' + b'{"a":' * 100_000):
        with door.connect() as stream:
            stream.sendall(signed_send(door, body))
            code, text = read_reply(stream)
            error = json.loads(text)
            assert code == 400 and "SerializationException" in error["__type"], (code, text[:300])


def signed_send(door, body):
    """A SendMessage with any bytes as its body."""
    heads = {"X-Amz-Target": "AmazonSQS.SendMessage", "Content-Type": "application/x-amz-json-1.0"}
    request = AWSRequest("POST", door.cloud.endpoint + "/", heads, body)
    SigV4Auth(Credentials("test", "test"), "sqs", REGION).add_auth(request)
    return raw(request.prepare())


@check("a batch of eleven is an error of AWS")
def _(door):
    try:
        door.sqs.send_message_batch(QueueUrl=door.url, Entries=[{"Id": str(n), "MessageBody": "x"} for n in range(11)])
    except door.sqs.exceptions.TooManyEntriesInBatchRequest:
        return
    raise AssertionError("eleven entries were taken")


@check("eleven messages, or a wait of 21 seconds, are errors of AWS")
def _(door):
    for wrong in ({"MaxNumberOfMessages": 11}, {"WaitTimeSeconds": 21}, {"VisibilityTimeout": 43201}):
        try:
            door.sqs.receive_message(QueueUrl=door.url, **wrong)
        except door.sqs.exceptions.ClientError as error:
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400, error
            continue
        raise AssertionError(f"{wrong} was taken")


@check("garbage is answered with an error or a closed connection")
def _(door):
    for junk in (b"\x00" * 1000, b"\xff\xfe\xfd" * 500, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 506, b"GET\r\n\r\n",
                 b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 100, b"GET / HTTP/9.9\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                 b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                 b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"):
        reply, closed = door.tell(junk)
        assert closed and (status(reply) or 400) >= 400, (junk[:30], reply[:100], closed)


@check("a length and a chunked coding together cannot smuggle a request")
def _(door):
    inner = b"GET /_terrella/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    reply, _ = door.tell(head, inner)
    assert b"HTTP/1.1 200" not in reply, reply[:300]


@check("pipelined calls are answered in their order")
def _(door):
    calls = []
    for n in range(20):
        url = door.sqs.create_queue(QueueName=f"pipe-{n}")["QueueUrl"]
        calls.append(raw(sign_only(door.sqs, lambda c: c.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"]))))
    with door.connect() as stream:
        stream.sendall(b"".join(calls))
        got = b""
        while got.count(b"HTTP/1.1 200") < 20 or not got.endswith(b"}}"):
            piece = stream.recv(1 << 16)
            assert piece, got[-300:]
            got += piece
    order = [int(n) for n in re.findall(rb"pipe-(\d+)", got)]
    assert order == list(range(20)), order


@check("half of a next call does not hold back the answer to the first")
def _(door):
    with door.connect(timeout=5) as stream:
        stream.sendall(door.call() + b"POST / HTTP/1.1\r\nHost: loc")
        assert read_reply(stream)[0] == 200


@check("HTTP/1.0 is answered, and the connection closed")
def _(door):
    reply, closed = door.tell(door.call().replace(b" HTTP/1.1\r\n", b" HTTP/1.0\r\n", 1))
    assert status(reply) == 200 and closed, (reply[:200], closed)


@check("a client that expects 100 Continue is told to go on")
def _(door):
    head, _, body = door.call().partition(b"\r\n\r\n")
    with door.connect() as stream:
        stream.sendall(head + b"\r\nExpect: 100-continue\r\n\r\n")
        first = stream.recv(1 << 16)
        assert first.startswith(b"HTTP/1.1 100"), first
        stream.sendall(body)
        code, text = read_reply(stream)
        assert code == 200, (code, text)


@check("clients that dawdle over a head hold up nobody")
def _(door):
    slow = [door.connect() for _ in range(SLOW)]
    for stream in slow:
        stream.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
    worst = 0.0
    for _ in range(20):
        for stream in slow:
            stream.sendall(b"x")
        worst = max(worst, door.still_answers())
    for stream in slow:
        stream.close()
    assert worst < 5, worst
    return f"{SLOW} of them; the slowest call beside them took {worst * 1000:.0f} ms"


@check("clients that dawdle over a body hold up nobody")
def _(door):
    head, _, body = door.call().partition(b"\r\n\r\n")
    slow = [door.connect() for _ in range(SLOW)]
    for stream in slow:
        stream.sendall(head + b"\r\n\r\n" + body[:5])
    worst = max(door.still_answers() for _ in range(20))
    for stream in slow:
        stream.sendall(body[5:])
        assert read_reply(stream)[0] == 200
        stream.close()
    return f"{SLOW} of them; the slowest call beside them took {worst * 1000:.0f} ms"


@check("a long poll for each of fifty clients holds up nobody")
def _(door):
    url = door.sqs.create_queue(QueueName="polled")["QueueUrl"]
    poll = raw(sign_only(door.sqs, lambda c: c.receive_message(QueueUrl=url, WaitTimeSeconds=20)))
    pollers = [door.connect(timeout=30) for _ in range(50)]
    for stream in pollers:
        stream.sendall(poll)
    worst = max(door.still_answers() for _ in range(20))
    for n in range(0, 50, 10):
        door.sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": str(i), "MessageBody": str(n + i)} for i in range(10)])
    began, bodies = time.perf_counter(), []
    for stream in pollers:
        bodies += [m["Body"] for m in json.loads(read_reply(stream)[1]).get("Messages", [])]
        stream.close()
    assert sorted(bodies, key=int) == [str(n) for n in range(50)], bodies
    return f"the slowest call beside them took {worst * 1000:.0f} ms; all were woken in {(time.perf_counter() - began) * 1000:.0f} ms"


def settled_rss(cloud):
    """Resident memory when it has stopped growing, in KiB."""
    last = cloud.rss_kib()
    for _ in range(100):
        time.sleep(0.1)
        now = cloud.rss_kib()
        if now <= last:
            return now
        last = now
    return last


def many(door, count, speak):
    """Opens `count` connections, which send `speak` and read the reply where there is one; KiB for each of them."""
    before = settled_rss(door.cloud)
    streams = []
    try:
        for _ in range(count):
            streams.append(door.connect())
            if speak:
                streams[-1].sendall(speak)
                assert read_reply(streams[-1])[0] == 200
        after = settled_rss(door.cloud)
        took = door.still_answers()
    finally:
        for stream in streams:
            stream.close()
    each = (after - before) / count
    assert each < MOST_KIB_EACH, f"{each:.1f} KiB each"
    aim = "" if each < AIM_KIB_EACH else f" (aim: {AIM_KIB_EACH})"
    return f"{before} KiB before, {after} KiB with {count}: {each:.1f} KiB each{aim}; a call beside them took {took * 1000:.0f} ms"


@check("idle connections that never spoke are cheap")
def _(door):
    return many(door, door.connections, None)


@check("idle connections that have made a call are cheap")
def _(door):
    return many(door, door.connections, door.call())


def main():
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--binary", default=default_binary())
    flags.add_argument("--connections", type=int, default=10_000)
    flags = flags.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    failed = 0
    with tempfile.TemporaryDirectory(prefix="terrella-bounds-") as data:
        cloud = Cloud(flags.binary, data).start()
        door = Door(cloud)
        door.connections = min(flags.connections, hard - 100)
        for title, run in CHECKS:
            try:
                said = run(door)
                door.still_answers()
                print(f"ok      {title}" + (f" [{said}]" if said else ""), flush=True)
            except Exception as error:  # One check must not hide the others.
                failed += 1
                print(f"FAILED  {title}: {type(error).__name__}: {error}", flush=True)
        complaints = [line for line in cloud.complaints().splitlines() if "panick" in line]
        for line in complaints:
            print(f"FAILED  the server panicked: {line}")
        cloud.end()
    print(f"{len(CHECKS) - failed} passed, {failed + len(complaints)} failed")
    return 1 if failed or complaints else 0


if __name__ == "__main__":
    sys.exit(main())
