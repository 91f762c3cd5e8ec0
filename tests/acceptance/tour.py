#!/usr/bin/env python3
"""The tour: the steps that a newcomer takes, by AWS's CLI, boto3 and the SDK for JavaScript, against the real binary."""
import argparse
import base64
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import boto3
import rsa
from botocore.config import Config
from botocore.exceptions import ClientError, SSLError

from cloud import sign_only

STEPS = []
CONFIG = Config(retries={"max_attempts": 0})


def step(title):
    """Registers a step; each is given the tour and asserts for itself."""
    return lambda run: STEPS.append((title, run)) or run


class Tour:
    """A running cloud and what the steps have made in it."""

    def __init__(self, binary, clients, data):
        self.binary, self.clients, self.data = binary, clients, data
        self.process, self.endpoint = None, None
        self.keep = {}

    def start(self):
        command = [self.binary, "start", "--listen", "127.0.0.1:0", "--data", str(self.data), "--json"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        self.endpoint = json.loads(line)["endpoint"]

    def stop(self, how=signal.SIGTERM):
        if self.process:
            self.process.send_signal(how)
            self.process.wait(20)
            self.process.stdout.close()
            self.process.stderr.close()
            self.process = None

    def env(self, keys=None):
        own = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "LOCALSTACK", "GATEWAY_"))}
        own |= {"AWS_ENDPOINT_URL": self.endpoint, "AWS_DEFAULT_REGION": "eu-central-1", "AWS_REGION": "eu-central-1",
                "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1", "AWS_PAGER": "",
                "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
        keys = keys or {"id": "test", "secret": "test"}
        own |= {"AWS_ACCESS_KEY_ID": keys["id"], "AWS_SECRET_ACCESS_KEY": keys["secret"]}
        if keys.get("token"):
            own["AWS_SESSION_TOKEN"] = keys["token"]
        return own

    def aws(self, *args, keys=None, fails=None):
        """AWS's own CLI; the output as JSON, or the error's text where it must fail with the code `fails`."""
        aws = pathlib.Path(sys.executable).parent / "aws"
        # The CLI's first version has hosts of its own for SQS, which AWS_ENDPOINT_URL does not turn.
        done = subprocess.run([aws, "--endpoint-url", self.endpoint, "--output", "json", *args], env=self.env(keys), capture_output=True, text=True)
        if fails:
            assert done.returncode != 0 and fails in done.stderr, f"expected {fails}, got {done.stdout}{done.stderr}"
            return done.stderr
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def terrella(self, *args, fails=False):
        done = subprocess.run([self.binary, *args], env=self.env(), capture_output=True, text=True)
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stdout if not fails else done.stderr

    def boto(self, service, keys=None, region="eu-central-1"):
        keys = keys or {"id": "test", "secret": "test"}
        return boto3.client(service, endpoint_url=self.endpoint, region_name=region, aws_access_key_id=keys["id"],
                            aws_secret_access_key=keys["secret"], aws_session_token=keys.get("token"), config=CONFIG)


@contextlib.contextmanager
def refused(code):
    """The block must fail with this error code; the error is given to look at."""
    box = {}
    try:
        yield box
    except ClientError as error:
        got = error.response["Error"]["Code"]
        assert got == code, f"expected {code}, got {got}: {error}"
        box["error"] = error
        return
    raise AssertionError(f"expected {code}, but it succeeded")


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource):
    return {"Effect": "Allow", "Action": action, "Resource": resource}


@step("the bootstrap key is the account's root")
def _(t):
    who = t.aws("sts", "get-caller-identity")
    assert who == {"UserId": "000000000000", "Account": "000000000000", "Arn": "arn:aws:iam::000000000000:root"}, who


@step("twelve digits are the root of that account")
def _(t):
    who = t.boto("sts", {"id": "111122223333", "secret": "any"}).get_caller_identity()
    assert who["Arn"] == "arn:aws:iam::111122223333:root", who


@step("an unknown key is refused")
def _(t):
    with refused("InvalidClientTokenId"):
        t.boto("sts", {"id": "AKIAIOSFODNN7EXAMPLE", "secret": "x"}).get_caller_identity()


@step("TLS on the same port, trusted by the cloud's own authority")
def _(t):
    told = json.loads(t.terrella("env", "--tls", "--json"))
    secure = boto3.client("sts", endpoint_url=told["AWS_ENDPOINT_URL"], region_name="eu-central-1", config=CONFIG,
                          aws_access_key_id="test", aws_secret_access_key="test", verify=told["AWS_CA_BUNDLE"])
    assert secure.get_caller_identity()["Account"] == "000000000000"
    stranger = boto3.client("sts", endpoint_url=told["AWS_ENDPOINT_URL"], region_name="eu-central-1", config=CONFIG,
                            aws_access_key_id="test", aws_secret_access_key="test")
    try:
        stranger.get_caller_identity()
    except SSLError:
        return
    raise AssertionError("a client that trusts nobody here was served")


@step("create a user")
def _(t):
    user = t.aws("iam", "create-user", "--user-name", "ada")["User"]
    assert user["Arn"] == "arn:aws:iam::000000000000:user/ada" and user["UserId"].startswith("AIDA"), user


@step("the same user twice is refused")
def _(t):
    t.aws("iam", "create-user", "--user-name", "ada", fails="EntityAlreadyExists")


@step("give her an access key")
def _(t):
    key = t.aws("iam", "create-access-key", "--user-name", "ada")["AccessKey"]
    t.keep["ada"] = {"id": key["AccessKeyId"], "secret": key["SecretAccessKey"]}
    assert key["AccessKeyId"].startswith("AKIA") and len(key["SecretAccessKey"]) == 40


@step("she is who she says")
def _(t):
    who = t.aws("sts", "get-caller-identity", keys=t.keep["ada"])
    assert who["Arn"] == "arn:aws:iam::000000000000:user/ada", who


@step("a wrong secret is found out")
def _(t):
    with refused("SignatureDoesNotMatch"):
        t.boto("sts", {"id": t.keep["ada"]["id"], "secret": "wrong"}).get_caller_identity()


@step("make a queue")
def _(t):
    t.keep["url"] = t.aws("sqs", "create-queue", "--queue-name", "orders")["QueueUrl"]
    got = t.aws("sqs", "get-queue-attributes", "--queue-url", t.keep["url"], "--attribute-names", "QueueArn")
    t.keep["arn"] = got["Attributes"]["QueueArn"]
    assert t.keep["arn"] == "arn:aws:sqs:eu-central-1:000000000000:orders", t.keep["arn"]


@step("without a policy she may not send")
def _(t):
    text = t.aws("sqs", "send-message", "--queue-url", t.keep["url"], "--message-body", "1", keys=t.keep["ada"],
                 fails="AccessDenied")
    assert "because no identity-based policy allows the sqs:SendMessage action" in text, text
    assert "arn:aws:iam::000000000000:user/ada is not authorized to perform" in text, text


@step("the denial explains itself")
def _(t):
    with refused("AccessDenied") as box:
        t.boto("sqs", t.keep["ada"]).send_message(QueueUrl=t.keep["url"], MessageBody="1")
    request = box["error"].response["ResponseMetadata"]["RequestId"]
    why = json.loads(t.terrella("why", request, "--json"))
    assert why["decision"]["decision"] == "denied" and why["operation"] == "SendMessage", why
    assert "SendMessage" in t.terrella("why", request)


@step("write a policy")
def _(t):
    document = policy(allow("sqs:SendMessage", t.keep["arn"]))
    made = t.aws("iam", "create-policy", "--policy-name", "send", "--policy-document", document)["Policy"]
    t.keep["policy"] = made["Arn"]
    assert made["DefaultVersionId"] == "v1", made


@step("attach it, and she may send at once")
def _(t):
    t.aws("iam", "attach-user-policy", "--user-name", "ada", "--policy-arn", t.keep["policy"])
    t.aws("sqs", "send-message", "--queue-url", t.keep["url"], "--message-body", "first", keys=t.keep["ada"])


@step("but not receive")
def _(t):
    with refused("AccessDenied"):
        t.boto("sqs", t.keep["ada"]).receive_message(QueueUrl=t.keep["url"])


@step("nor send to a sibling")
def _(t):
    sibling = t.boto("sqs").create_queue(QueueName="orders-2")["QueueUrl"]
    with refused("AccessDenied"):
        t.boto("sqs", t.keep["ada"]).send_message(QueueUrl=sibling, MessageBody="1")


@step("a role that she may assume")
def _(t):
    trust = policy({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:user/ada"},
                    "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"sts:ExternalId": "tour"}}})
    role = t.aws("iam", "create-role", "--role-name", "reader", "--assume-role-policy-document", trust)["Role"]
    t.keep["role"] = role["Arn"]
    t.aws("iam", "put-role-policy", "--role-name", "reader", "--policy-name", "read", "--policy-document",
          policy(allow(["sqs:ReceiveMessage", "sqs:DeleteMessage"], t.keep["arn"])))


@step("without the external id it is refused")
def _(t):
    with refused("AccessDenied"):
        t.boto("sts", t.keep["ada"]).assume_role(RoleArn=t.keep["role"], RoleSessionName="tour")


@step("with it she becomes the role")
def _(t):
    got = t.aws("sts", "assume-role", "--role-arn", t.keep["role"], "--role-session-name", "tour", "--external-id",
                "tour", keys=t.keep["ada"])["Credentials"]
    t.keep["reader"] = {"id": got["AccessKeyId"], "secret": got["SecretAccessKey"], "token": got["SessionToken"]}
    who = t.aws("sts", "get-caller-identity", keys=t.keep["reader"])
    assert who["Arn"] == "arn:aws:sts::000000000000:assumed-role/reader/tour", who


@step("the role receives what she sent")
def _(t):
    got = t.boto("sqs", t.keep["reader"]).receive_message(QueueUrl=t.keep["url"], AttributeNames=["All"])["Messages"]
    assert [m["Body"] for m in got] == ["first"], got
    assert got[0]["Attributes"]["SenderId"].startswith("AIDA"), got
    t.keep["receipt"] = got[0]["ReceiptHandle"]


@step("the role may not send")
def _(t):
    with refused("AccessDenied"):
        t.boto("sqs", t.keep["reader"]).send_message(QueueUrl=t.keep["url"], MessageBody="1")


@step("a received message is hidden, then deleted")
def _(t):
    reader = t.boto("sqs", t.keep["reader"])
    assert not reader.receive_message(QueueUrl=t.keep["url"]).get("Messages")
    reader.delete_message(QueueUrl=t.keep["url"], ReceiptHandle=t.keep["receipt"])


@step("a session policy narrows the role")
def _(t):
    only = policy(allow("sqs:DeleteMessage", "*"))
    got = t.boto("sts", t.keep["ada"]).assume_role(RoleArn=t.keep["role"], RoleSessionName="narrow", ExternalId="tour",
                                                   Policy=only)["Credentials"]
    narrow = {"id": got["AccessKeyId"], "secret": got["SecretAccessKey"], "token": got["SessionToken"]}
    with refused("AccessDenied") as box:
        t.boto("sqs", narrow).receive_message(QueueUrl=t.keep["url"])
    assert "no session policy allows" in str(box["error"]), box["error"]


@step("a deny wins over everything")
def _(t):
    deny = policy({"Effect": "Deny", "Action": "sqs:*", "Resource": "*"})
    t.aws("iam", "put-user-policy", "--user-name", "ada", "--policy-name", "stop", "--policy-document", deny)
    with refused("AccessDenied") as box:
        t.boto("sqs", t.keep["ada"]).send_message(QueueUrl=t.keep["url"], MessageBody="1")
    assert "explicit deny in an identity-based policy" in str(box["error"]), box["error"]
    t.aws("iam", "delete-user-policy", "--user-name", "ada", "--policy-name", "stop")


@step("another account needs the queue's own policy")
def _(t):
    other = t.boto("sqs", {"id": "111122223333", "secret": "any"})
    with refused("AccessDenied"):
        other.send_message(QueueUrl=t.keep["url"], MessageBody="from afar")
    document = policy({"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sqs:SendMessage",
                       "Resource": t.keep["arn"]})
    t.boto("sqs").set_queue_attributes(QueueUrl=t.keep["url"], Attributes={"Policy": document})
    other.send_message(QueueUrl=t.keep["url"], MessageBody="from afar")
    got = t.boto("sqs").receive_message(QueueUrl=t.keep["url"])["Messages"][0]
    assert got["Body"] == "from afar"
    t.boto("sqs").delete_message(QueueUrl=t.keep["url"], ReceiptHandle=got["ReceiptHandle"])


@step("JavaScript sends and receives")
def _(t):
    node = shutil.which("node")
    if not node or not (t.clients / "node_modules").exists():
        return "skipped: no Node.js on this machine"
    done = subprocess.run([node, "queue.mjs", "orders"], cwd=t.clients, env=t.env(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["sent"] == said["got"] and said["colour"] == "blue", said


@step("a long poll is answered by a later send")
def _(t):
    poll = subprocess.Popen([pathlib.Path(sys.executable).parent / "aws", "--endpoint-url", t.endpoint, "--output", "json",
                             "sqs", "receive-message", "--queue-url", t.keep["url"], "--wait-time-seconds", "20"], env=t.env(),
                            stdout=subprocess.PIPE, text=True)
    for _ in range(400):
        if json.loads(t.terrella("doctor", "--json"))["waiting"] == 1:
            break
        time.sleep(0.05)
    began = time.monotonic()
    t.boto("sqs").send_message(QueueUrl=t.keep["url"], MessageBody="at last")
    out, _ = poll.communicate(timeout=15)
    assert json.loads(out)["Messages"][0]["Body"] == "at last", out
    assert time.monotonic() - began < 10


@step("wound time ends a session")
def _(t):
    t.terrella("wind", "2h")
    with refused("ExpiredToken"):
        t.boto("sts", t.keep["reader"]).get_caller_identity()


def status(request):
    """The status that a plain request is answered with."""
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return reply.status
    except urllib.error.HTTPError as error:
        return error.code


@step("a link ends with a wind, and one that is made after it holds")
def _(t):
    t.boto("s3").create_bucket(Bucket="links", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    t.boto("s3").put_object(Bucket="links", Key="a", Body=b"a")
    t.boto("iam").attach_user_policy(UserName="ada", PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    for keys in (None, t.keep["ada"]):
        link = lambda: t.boto("s3", keys).generate_presigned_url("get_object", {"Bucket": "links", "Key": "a"}, ExpiresIn=60)
        before = link()
        assert status(before) == 200, "before the wind"
        t.terrella("wind", "1h")
        assert (status(before), status(link())) == (403, 200), "after the wind"


@step("no web page of elsewhere is root")
def _(t):
    form = sign_only(t.boto("iam"), lambda iam: iam.create_user(UserName="eve"))
    text = lambda value: value.decode() if isinstance(value, bytes) else str(value)
    signed = {name: text(value) for name, value in form.headers.items() if name != "Content-Length"}
    host = t.endpoint.split("://")[1]
    for headers, path, expect in [
        ({"Origin": "http://evil.example"}, "/", 403),
        ({"Host": "rebound.evil.example"}, "/", 403),
        ({"Origin": f"http://{host}", "Host": "rebound.evil.example"}, "/_terrella/reset", 403),
        ({"Origin": "http://evil.example"}, "/_terrella/reset", 403),
        ({"Origin": "http://localhost:3000"}, "/", 200),
    ]:
        request = urllib.request.Request(t.endpoint + path, data=text(form.body).encode(), headers=signed | headers, method="POST")
        assert status(request) == expect, (headers, path)


@step("a workflow outside assumes a role by its token")
def _(t):
    issuer = "https://token.actions.githubusercontent.com"
    public, private = rsa.newkeys(2048)
    plain = lambda data: base64.urlsafe_b64encode(data).rstrip(b"=").decode()
    number = lambda n: plain(n.to_bytes((n.bit_length() + 7) // 8, "big"))
    jwks = t.data.parent / "jwks.json"
    jwks.write_text(json.dumps({"keys": [{"kty": "RSA", "kid": "k1", "n": number(public.n), "e": number(public.e)}]}))
    t.terrella("issuer", "set", "--url", issuer, "--jwks", str(jwks))
    assert [i["url"] for i in json.loads(t.terrella("issuer", "list", "--json"))["issuers"]] == [issuer]
    iam = t.boto("iam")
    provider = iam.create_open_id_connect_provider(Url=issuer, ClientIDList=["sts.amazonaws.com"])
    trust = {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
             "Principal": {"Federated": provider["OpenIDConnectProviderArn"]},
             "Condition": {"StringLike": {issuer[8:] + ":sub": "repo:octo/*"}}}
    role = iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
    claims = {"iss": issuer, "sub": "repo:octo/app", "aud": "sts.amazonaws.com", "iat": int(time.time()),
              "exp": int(time.time()) + 300}
    parts = [plain(json.dumps(part).encode()) for part in ({"alg": "RS256", "kid": "k1"}, claims)]
    message = ".".join(parts)
    token = message + "." + plain(rsa.sign(message.encode(), private, "SHA-256"))
    got = t.aws("sts", "assume-role-with-web-identity", "--role-arn", role, "--role-session-name", "run",
                "--web-identity-token", token)
    assert got["SubjectFromWebIdentityToken"] == "repo:octo/app", got
    t.terrella("issuer", "remove", "--url", issuer)
    t.aws("sts", "assume-role-with-web-identity", "--role-arn", role, "--role-session-name", "run",
          "--web-identity-token", token, fails="InvalidIdentityToken")


@step("what is not built is refused by name")
def _(t):
    with refused("NotImplemented") as box:
        t.boto("dynamodb").list_exports()
    assert "dynamodb:ListExports" in str(box["error"]), box["error"]


@step("every call is in the log")
def _(t):
    rows = json.loads(t.terrella("log", "--json", "--limit", "200"))["records"]
    assert {"CreateUser", "SendMessage", "AssumeRole"} <= {row.get("operation") for row in rows}
    assert any(row.get("outcome") == "denied" for row in rows)


@step("kill -9, start again, and all is there")
def _(t):
    t.boto("sqs").send_message(QueueUrl=t.keep["url"], MessageBody="survivor")
    t.stop(signal.SIGKILL)
    t.start()
    t.keep["url"] = t.boto("sqs").get_queue_url(QueueName="orders")["QueueUrl"]
    bodies = [m["Body"] for m in t.boto("sqs").receive_message(QueueUrl=t.keep["url"], MaxNumberOfMessages=10)["Messages"]]
    assert "survivor" in bodies, bodies
    assert t.boto("sts", t.keep["ada"]).get_caller_identity()["Arn"].endswith("user/ada")


@step("a snapshot is saved and the cloud emptied")
def _(t):
    saved = t.data.parent / "saved"
    t.terrella("snapshot", "save", str(saved))
    assert saved.exists()
    t.terrella("reset", "--yes")
    assert not t.boto("sqs").list_queues().get("QueueUrls")


@step("a second cloud on the same data is told who holds it")
def _(t):
    text = t.terrella("start", "--listen", "127.0.0.1:0", "--data", str(t.data), fails=True)
    assert str(t.process.pid) in text, text


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--clients", type=pathlib.Path, required=True)
    args = parser.parse_args()
    passed, failed, skipped = 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        tour = Tour(str(args.binary), args.clients, pathlib.Path(folder) / "data")
        try:
            tour.start()
            for number, (title, run) in enumerate(STEPS, 1):
                try:
                    note = run(tour)
                except Exception as error:  # a step that fails must not hide those behind it
                    failed += 1
                    print(f"{number:2} FAILED  {title}: {type(error).__name__}: {error}", flush=True)
                    continue
                skipped += bool(note)
                passed += not note
                print(f"{number:2} {note or 'ok':7} {title}", flush=True)
        finally:
            tour.stop()
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
