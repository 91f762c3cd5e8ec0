#!/usr/bin/env python3
"""Operations a second of Terrella beside a bare hyper server, in one sitting; and how soon it is ready and how little it holds.

usage: run.py [--binary PATH] [--bare PATH] [--seconds 4] [--conns 32] [--only NAME,..] [--install] [--json OUT]

Each case is one signed request as botocore sends it, captured once and replayed by `wrk` (one thread). A figure counts only when
every reply was 2xx. The ratio to `bare` is what may be compared: both ran on the same machine in the same minutes, bare once before
and once after, of which the mean counts. `cpu` is the processor time of one operation, the server's and the client's, and the ratio
that it alone would make: other work on the machine takes turns from a server, and hardly changes what an operation costs it.
Nothing here is a test.
"""
import argparse
import io
import json
import os
import pathlib
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "acceptance"))
from cloud import REGION, Cloud, capture, default_binary  # noqa: E402

USER_POLICY = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:ReceiveMessage"], "Resource": "arn:aws:sqs:*:*:bench-*"},
    {"Effect": "Allow", "Action": ["dynamodb:*Item", "dynamodb:Query"], "Resource": "arn:aws:dynamodb:*:*:table/bench-*"},
    {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::bench-*/*"},
    {"Effect": "Allow", "Action": ["sns:Publish", "events:PutEvents", "kms:Encrypt", "states:StartExecution", "lambda:InvokeFunction"],
     "Resource": "*"}]}
TWO_STATES = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}}}
CODE = "def handler(event, context):\n    return {'n': 1}\n"
BARE_BYTES = 200  # About what these calls answer.


def arguments():
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", HERE / "bare" / "target"))
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--binary", default=default_binary("dist"))
    flags.add_argument("--bare", default=str(target / "release" / "bare"))
    flags.add_argument("--seconds", type=int, default=4)
    flags.add_argument("--conns", type=int, default=32)
    flags.add_argument("--only", default="")
    flags.add_argument("--install", action="store_true", help="installs wrk by apt-get where it is missing")
    flags.add_argument("--json", default="")
    return flags.parse_args()


def lua(text):
    data = text if isinstance(text, bytes) else str(text).encode()
    return '"' + "".join(f"\\{byte:03d}" for byte in data) + '"'


def script(request):
    """wrk's script for a request, and for one line of figures at its end."""
    body = request.body or b""
    if hasattr(body, "read"):
        body.seek(0)
        body = body.read()
    path = "/" + request.url.split("://", 1)[1].partition("/")[2]
    lines = [f"wrk.method = {lua(request.method)}", f"wrk.body = {lua(body)}"]
    lines += [f"wrk.headers[{lua(name)}] = {lua(value)}" for name, value in request.headers.items()
              if name.lower() not in ("content-length", "expect")]
    lines.append(f"local path = {lua(path)}\nrequest = function() return wrk.format(nil, path) end")
    lines.append('done = function(s, l) io.write(string.format("RESULT %d %d %d %d %d %d\\n", s.requests, s.duration, s.errors.status, '
                 's.errors.connect + s.errors.read + s.errors.write + s.errors.timeout, l:percentile(50), l:percentile(99))) end')
    return "\n".join(lines)


def spent(pid):
    """Seconds of processor time of a process and of all children of this one that have ended."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), children.ru_utime + children.ru_stime


def replay(request, server, flags):
    """Operations a second, latencies, and microseconds of processor time; or why there are none."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script(request))
        file.flush()
        command = ["wrk", "-t1", f"-c{flags.conns}", f"-d{flags.seconds}s", "--timeout", "20s", "-s", file.name, server.endpoint]
        before = spent(server.process.pid)
        said = subprocess.run(command, capture_output=True, text=True)
        server_s, client_s = (after - b for after, b in zip(spent(server.process.pid), before))
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)", said.stdout)
    if not found:
        return {"error": f"wrk said: {said.stdout[-200:]}{said.stderr[-200:]}"}
    count, micros, refused, broken, p50, p99 = map(int, found.groups())
    if refused or broken or not count:
        return {"error": f"{refused} replies were no success, {broken} broke off, of {count}"}
    return {"ops_s": round(count * 1e6 / micros, 1), "p50_ms": p50 / 1000, "p99_ms": p99 / 1000,
            "server_us": round(server_s * 1e6 / count, 1), "client_us": round(client_s * 1e6 / count, 1)}


class Bare:
    def __init__(self, path):
        self.process = subprocess.Popen([path, str(BARE_BYTES)], stdout=subprocess.PIPE, text=True)
        self.endpoint = self.process.stdout.readline().strip()

    def end(self):
        self.process.kill()
        self.process.wait()


def user_key(cloud):
    """The access key of an IAM user with a policy; `None` where this build has no IAM."""
    iam = cloud.client("iam")
    try:
        iam.create_user(UserName="bench")
        iam.put_user_policy(UserName="bench", PolicyName="bench", PolicyDocument=json.dumps(USER_POLICY))
        key = iam.create_access_key(UserName="bench")["AccessKey"]
    except iam.exceptions.ClientError as error:
        print(f"-- the cases of an IAM user are left out: {error}")
        return None
    return {"key": key["AccessKeyId"], "secret": key["SecretAccessKey"]}


def cases(cloud):
    """Name and captured request of each case, for the bootstrap key and for a user."""
    keys = {"root": {}, "user": user_key(cloud)}
    sqs = cloud.client("sqs")
    queue = lambda name: sqs.create_queue(QueueName=f"bench-{name}")["QueueUrl"]
    calls = {
        "GetCallerIdentity": ("sts", lambda c, _: c.get_caller_identity()),
        "ReceiveMessage, empty": ("sqs", lambda c, who: c.receive_message(QueueUrl=queue(f"empty-{who}"), WaitTimeSeconds=0)),
        "SendMessage 512 B": ("sqs", lambda c, who: c.send_message(QueueUrl=queue(f"send-{who}"), MessageBody="x" * 512)),
    }
    for who, key in keys.items():
        for name, (service, call) in calls.items():
            if key is None:
                continue
            title = f"{name} ({who})"
            # SDKs compress and checksum some bodies in ways that cost a server nothing here: botocore sends these as they are.
            try:
                yield title, capture(cloud.client(service, **key), lambda c: call(c, who))
            except Exception as error:
                yield title, error
    for name, service, make, call in service_cases(cloud):
        try:
            made = make() if make and make.__code__.co_argcount == 0 else make(cloud) if make else None
            client = cloud.client(service, request_checksum_calculation="when_required", **(keys["user"] or {}))
            yield f"{name} (user)", capture(client, lambda c: call(c, made))
        except Exception as error:
            yield f"{name} (user)", error


def trusted(cloud, name, service, rights):
    """A role that a service may assume."""
    iam = cloud.client("iam")
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": rights, "Resource": "*"}]}
    iam.put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=json.dumps(policy))
    return role


def table(cloud):
    """A table of a hundred items under one key."""
    dynamodb = cloud.client("dynamodb")
    dynamodb.create_table(TableName="bench-table", BillingMode="PAY_PER_REQUEST",
                          KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
                          AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"}])
    dynamodb.get_waiter("table_exists").wait(TableName="bench-table")
    for number in range(100):
        dynamodb.put_item(TableName="bench-table", Item=item(f"{number:03}"))


def item(sort):
    return {"pk": {"S": "a"}, "sk": {"S": sort}} | {f"attribute{n}": {"S": "x" * 20} if n % 2 else {"N": str(n)} for n in range(10)}


def topic(cloud):
    """A topic with one queue behind it."""
    sqs, sns = cloud.client("sqs"), cloud.client("sns")
    queue, arn = sqs.create_queue(QueueName="bench-behind-topic")["QueueUrl"], sns.create_topic(Name="bench")["TopicArn"]
    where = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": where}]}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps(policy)})
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=where)
    return arn


def bus(cloud):
    """A rule with one queue behind it."""
    sqs, events = cloud.client("sqs"), cloud.client("events")
    queue = sqs.create_queue(QueueName="bench-behind-bus")["QueueUrl"]
    where = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": where}]}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps(policy)})
    events.put_rule(Name="bench", EventPattern=json.dumps({"source": ["bench"]}))
    events.put_targets(Rule="bench", Targets=[{"Id": "q", "Arn": where}])


def function(cloud):
    """A Python function, one concurrent execution warm."""
    packed = io.BytesIO()
    info = zipfile.ZipInfo("m.py")
    info.external_attr = 0o644 << 16
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(info, CODE)
    role = trusted(cloud, "bench-function", "lambda", ["logs:*"])
    runtime = f"python3.{sys.version_info.minor}"
    cloud.client("lambda").create_function(FunctionName="bench", Runtime=runtime, Role=role, Handler="m.handler", Code={"ZipFile": packed.getvalue()})


def service_cases(cloud):
    """Name, service and call of what `../shared/bench` measures of other services, each with what it needs made first."""
    def bucket():
        cloud.client("s3").create_bucket(Bucket="bench-bucket", CreateBucketConfiguration={"LocationConstraint": REGION})
        cloud.client("s3").put_object(Bucket="bench-bucket", Key="small", Body=b"x" * 4096)

    def key():
        return cloud.client("kms").create_key()["KeyMetadata"]["KeyId"]

    def machine():
        role = trusted(cloud, "bench-machine", "states", ["lambda:InvokeFunction"])
        return cloud.client("stepfunctions").create_state_machine(name="bench", definition=json.dumps(TWO_STATES), roleArn=role)["stateMachineArn"]

    entry = {"Source": "bench", "DetailType": "t", "Detail": json.dumps({"text": "x" * 200})}
    yield "PutItem, 12 attributes", "dynamodb", table, lambda c, _: c.put_item(TableName="bench-table", Item=item("put"))
    yield "GetItem", "dynamodb", None, lambda c, _: c.get_item(TableName="bench-table", Key={"pk": {"S": "a"}, "sk": {"S": "001"}})
    yield "Query of 100", "dynamodb", None, lambda c, _: c.query(
        TableName="bench-table", KeyConditionExpression="pk = :a AND sk < :b", ExpressionAttributeValues={":a": {"S": "a"}, ":b": {"S": "100"}})
    yield "PutObject 4 KiB", "s3", bucket, lambda c, _: c.put_object(Bucket="bench-bucket", Key="put", Body=b"x" * 4096)
    yield "GetObject 4 KiB", "s3", None, lambda c, _: c.get_object(Bucket="bench-bucket", Key="small")
    yield "Publish to one queue", "sns", topic, lambda c, arn: c.publish(TopicArn=arn, Message="x" * 512)
    yield "PutEvents to one queue", "events", bus, lambda c, _: c.put_events(Entries=[entry])
    yield "Encrypt 256 B", "kms", key, lambda c, made: c.encrypt(KeyId=made, Plaintext=b"x" * 256)
    yield "StartExecution, two states", "stepfunctions", machine, lambda c, arn: c.start_execution(stateMachineArn=arn, input="{}")
    yield "Invoke, Python", "lambda", function, lambda c, _: c.invoke(FunctionName="bench", Payload=b"{}")


def ready(binary):
    """From the start of the process to the first answered request, in ms; the best of ten."""
    return min(ready_once(binary) for _ in range(10))


def ready_once(binary):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as data:
        began = time.perf_counter()
        command = [binary, "start", "--listen", f"127.0.0.1:{port}", "--data", data, "--json"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while time.perf_counter() - began < 20:
                try:
                    with socket.create_connection(("127.0.0.1", port)) as stream:
                        stream.sendall(b"GET /_localstack/health HTTP/1.0\r\n\r\n")
                        if stream.recv(100).startswith(b"HTTP/1"):
                            return (time.perf_counter() - began) * 1000
                except ConnectionError:
                    time.sleep(0.0005)
            raise RuntimeError("it did not answer within 20 s")
        finally:
            process.kill()
            process.wait()


def measure(flags):
    report = {"seconds": flags.seconds, "connections": flags.conns, "cores": os.cpu_count(), "load_before": os.getloadavg()[0], "cases": {}}
    report["binary_bytes"] = os.path.getsize(flags.binary)
    report["ready_ms"] = round(ready(flags.binary), 1)
    with tempfile.TemporaryDirectory(prefix="terrella-bench-") as data:
        cloud, bare = Cloud(flags.binary, data, "--log", "error").start(), Bare(flags.bare)
        time.sleep(2)
        report["idle_rss_kib"] = cloud.rss_kib()
        try:
            for name, request in cases(cloud):
                if flags.only and not any(part in name for part in flags.only.split(",")):
                    continue
                report["cases"][name] = one(name, request, cloud, bare, flags)
            report["rss_after_kib"] = cloud.rss_kib()
        finally:
            bare.end()
            cloud.end()
    return report


def one(name, request, cloud, bare, flags):
    if isinstance(request, Exception):
        result = {"error": f"{type(request).__name__}: {request}"}
    else:
        around = [replay(request, bare, flags)]
        result = replay(request, cloud, flags)
        around.append(replay(request, bare, flags))
        if "ops_s" in result and all("ops_s" in b for b in around):
            result["bare_ops_s"] = round(statistics.mean(b["ops_s"] for b in around), 1)
            result["ratio"] = round(result["ops_s"] / result["bare_ops_s"], 3)
            cost = statistics.mean(b["server_us"] + b["client_us"] for b in around)
            result["cpu_ratio"] = round(cost / (result["server_us"] + result["client_us"]), 3)
    if "error" in result:
        print(f"{name:32} -- {result['error']}", flush=True)
    else:
        print(f"{name:32} {result['ops_s']:>10.0f} op/s   p50 {result['p50_ms']:7.2f} ms   p99 {result['p99_ms']:7.2f} ms   "
              f"bare {result.get('bare_ops_s', 0):>8.0f}   ratio {result.get('ratio', 0):.3f}   "
              f"cpu {result['server_us']:.0f}+{result['client_us']:.0f} us, ratio {result.get('cpu_ratio', 0):.3f}", flush=True)
    return result


def main():
    flags = arguments()
    if not shutil.which("wrk"):
        if not flags.install:
            sys.exit("wrk is missing: apt-get install -y wrk, or --install")
        subprocess.run(["apt-get", "install", "-y", "wrk"], check=True)
    for what, path, how in (("terrella", flags.binary, "cargo build --profile dist -p terrella"),
                            ("bare", flags.bare, "cargo build --release --manifest-path benches/bare/Cargo.toml")):
        if not os.path.exists(path):
            sys.exit(f"{what} is not at {path}: {how}")
    report = measure(flags)
    print(f"ready after {report['ready_ms']} ms; {report['idle_rss_kib'] / 1024:.1f} MiB idle, {report['rss_after_kib'] / 1024:.1f} MiB "
          f"after the load; binary {report['binary_bytes'] / 2**20:.1f} MiB; load of the machine before {report['load_before']:.1f}")
    if flags.json:
        pathlib.Path(flags.json).write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
