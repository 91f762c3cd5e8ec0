"""The order path under load: many open connections, a steady rate of orders, a kill -9 in the middle, and what became of every order.

usage: orders.py --binary PATH [--rate 20] [--seconds 600] [--connections 10000] [--no-kill]

An order counts as accepted when its 201 was read. After the load every accepted order must be PAID or COMPENSATED, and none paid twice.
"""
import argparse
import asyncio
import collections
import json
import os
import pathlib
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/acceptance"))
import boto3  # noqa: E402
from botocore.config import Config  # noqa: E402

REGION = "us-east-1"
BUSY = 64


def free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Estate:
    """A cloud with the estate on it, that can be killed and started again on the same data."""

    def __init__(self, binary, folder):
        self.binary, self.folder, self.port = binary, folder, free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {"AWS_ENDPOINT_URL": self.endpoint}
        self.process = None

    def start(self):
        began = time.perf_counter()
        command = [self.binary, "start", "--listen", f"127.0.0.1:{self.port}", "--data", str(self.folder / "data"), "--json", "--log", "error"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=open(self.folder / "said", "a"), text=True)
        self.process.stdout.readline()
        return time.perf_counter() - began

    def up(self):
        run = subprocess.run([self.binary, "up", str(ROOT / "estates/enterprise"), "--json"], env=self.environment, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)["stacks"][0]

    def client(self, service):
        config = Config(retries={"max_attempts": 0}, read_timeout=60)
        return boto3.client(service, endpoint_url=self.endpoint, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test", config=config)

    def token(self, pool, name):
        users = self.client("cognito-idp")
        client = users.list_user_pool_clients(UserPoolId=pool)["UserPoolClients"][0]["ClientId"]
        users.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS",
                                UserAttributes=[{"Name": "email", "Value": name}, {"Name": "email_verified", "Value": "true"}])
        users.admin_set_user_password(UserPoolId=pool, Username=name, Password="Correct-Horse-7", Permanent=True)
        answer = users.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": name, "PASSWORD": "Correct-Horse-7"})
        return answer["AuthenticationResult"]["IdToken"]


class Connection:
    """One keep-alive connection."""

    def __init__(self, port):
        self.port, self.reader, self.writer = port, None, None

    async def ask(self, head, body=b""):
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            self.writer.write(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            raw = await self.reader.readuntil(b"\r\n\r\n")
            lines = raw.split(b"\r\n")
            length = next((int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")), 0)
            return int(lines[0].split()[1]), await self.reader.readexactly(length)
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            raise

    def close(self):
        if self.writer:
            self.writer.close()
        self.reader = self.writer = None


class Load:
    def __init__(self, estate, path, token, given):
        self.estate, self.given = estate, given
        self.head = f"POST {path}/orders HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {token}\r\nContent-Type: application/json\r\n"
        self.latencies, self.accepted, self.refused, self.lost = [], {}, collections.Counter(), 0
        self.down = None
        self.free = collections.deque()

    async def order(self, number, due):
        while not self.free:
            await asyncio.sleep(0.001)
        connection = self.free.popleft()
        body = json.dumps({"currency": "EUR", "items": [{"sku": "book-1", "quantity": 1 + number % 3, "unitPriceCents": 1250}]}).encode()
        head = self.head + f"Idempotency-Key: load-{number}\r\n"
        try:
            status, answer = await connection.ask(head.encode(), body)
            # From when it was due: a client that waited for its turn has waited.
            if status == 201:
                self.accepted[json.loads(answer)["orderId"]] = number
                self.latencies.append(time.perf_counter() - due)
            else:
                self.refused[status, answer[:120]] += 1
        except (OSError, asyncio.IncompleteReadError):
            self.lost += 1
        self.free.append(connection)

    async def idle(self):
        idle = [Connection(self.estate.port) for _ in range(self.given.connections - BUSY)]
        for at in range(0, len(idle), 200):
            await asyncio.gather(*(one.ask(b"GET /_terrella/health HTTP/1.1\r\nHost: 127.0.0.1\r\n") for one in idle[at:at + 200]))
        return idle

    async def run(self):
        idle = await self.idle()
        self.free.extend(Connection(self.estate.port) for _ in range(BUSY))
        began, tasks, number = time.perf_counter(), set(), 0
        kill_at = None if self.given.no_kill else began + self.given.seconds / 2
        while (now := time.perf_counter()) < began + self.given.seconds:
            if kill_at and now >= kill_at:
                self.estate.process.send_signal(signal.SIGKILL)
                self.estate.process.wait()
                self.down = self.estate.start()
                for one in [*idle, *self.free]:
                    one.close()
                idle = await self.idle()
                # What fell due while it was down is not made up for: clients saw an error.
                skipped = time.perf_counter() - now
                began, kill_at = began + skipped, None
            due = began + number / self.given.rate
            if due > time.perf_counter():
                await asyncio.sleep(due - time.perf_counter())
            task = asyncio.create_task(self.order(number, due))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            number += 1
        await asyncio.gather(*tasks)
        self.sent = number
        return idle


def settled(estate, table, accepted):
    """Waits until every accepted order is at its end; what each came to."""
    items, deadline = {}, time.monotonic() + 300
    while time.monotonic() < deadline:
        pages = estate.client("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        items = {item["orderId"]["S"]: item for page in pages for item in page["Items"]}
        missing = [order for order in accepted if order not in items]
        assert not missing, f"accepted and not there: {missing[:5]}"
        open_ones = [order for order in accepted if items[order]["status"]["S"] not in ("PAID", "COMPENSATED")]
        if not open_ones:
            return items
        time.sleep(1)
    raise AssertionError(f"{len(open_ones)} accepted orders are not at their end: {[items[o] for o in open_ones[:2]]}")


def paid_once(estate, machine, accepted):
    """How many executions paid each accepted order."""
    states, paid = estate.client("stepfunctions"), collections.Counter()
    for page in states.get_paginator("list_executions").paginate(stateMachineArn=machine):
        for execution in page["executions"]:
            if execution["status"] != "SUCCEEDED":
                continue
            history = states.get_execution_history(executionArn=execution["executionArn"], maxResults=1000)["events"]
            left = [event for event in history if event["type"] == "TaskStateExited"]
            if any("release" in event["stateExitedEventDetails"]["name"].lower() for event in left):
                given = json.loads(states.describe_execution(executionArn=execution["executionArn"])["input"])
                paid[given.get("orderId") or given["detail"]["orderId"]] += 1
    twice = {order: times for order, times in paid.items() if times > 1}
    assert not twice, f"paid twice: {twice}"
    return paid


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--connections", type=int, default=10_000)
    parser.add_argument("--no-kill", action="store_true")
    given = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with tempfile.TemporaryDirectory() as folder:
        estate = Estate(os.path.abspath(given.binary), pathlib.Path(folder))
        estate.start()
        try:
            stack = estate.up()
            token = estate.token(stack["outputs"]["CognitoUserPoolId"], "load@example.com")
            path = stack["here"]["ApiEndpoint"].removeprefix(estate.endpoint)
            load = Load(estate, path, token, given)
            asyncio.run(load.run())
            items = settled(estate, stack["outputs"]["OrdersTableName"], load.accepted)
            paid = paid_once(estate, stack["outputs"]["PaymentStateMachineArn"], load.accepted)
        finally:
            estate.process.terminate()
            estate.process.wait()
    cuts = statistics.quantiles(load.latencies, n=100)
    ends = collections.Counter(items[order]["status"]["S"] for order in load.accepted)
    failed = sum(load.refused.values())
    print(f"{load.sent} orders at {given.rate}/s over {given.connections} connections: {len(load.accepted)} accepted, {failed} refused "
          f"({100 * failed / load.sent:.3f} %), {load.lost} cut off by the kill; p50 {cuts[49] * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms")
    if load.down:
        print(f"killed once; ready again in {load.down * 1000:.0f} ms")
    print(f"ends: {dict(ends)}; paid by a workflow: {len(paid)}, none twice")
    for (status, answer), times in load.refused.most_common(5):
        print(f"  {times}x {status} {answer!r}")


if __name__ == "__main__":
    main()
