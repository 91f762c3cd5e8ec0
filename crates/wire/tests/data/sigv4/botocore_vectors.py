#!/usr/bin/env python3
"""Signs odd requests with botocore and writes them to botocore.json, for the verifier to accept.

Run once by hand (botocore 1.43.11); the tests read the file only. botocore: Apache-2.0.
"""
import datetime
import json
import pathlib
from unittest import mock

import botocore
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

NOW = datetime.datetime(2026, 3, 1, 12, 0, 0)
ACCESS_KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "FwoGZXIvYXdzE/+=ABC//def=="
PATHS = [
    "/", "//", "/a//b", "/a/./b", "/a/../b", "/../x", "/a/b/", "/a%20b", "/a%2Fb", "/%E2%9C%93/k", "/k%25k",
    "/a+b", "/~user/-._", "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Af/invocations",
    "/bucket/a%2Bb%3Dc%26d", "/bucket/..%2Fx", "/bucket/it%27s%28ok%29%21%2A",
]
QUERIES = [
    "", "a=1&b=2", "b=2&a=1", "a=2&a=1", "acl", "acl=", "list-type=2&prefix=a%2Fb&delimiter=%2F", "k=%20%2B%3D",
    "k=%E2%9C%93", "A=1&a=2&Ab=3", "x-id=GetObject", "a-b=1&a=1&aa=1", "tilde=~", "eq=a%3Db",
]
HEADERS = [
    {}, {"My-Header": "  a   b  c "}, {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "Svc.Op"},
    {"x-amz-meta-a": "1", "X-Amz-Meta-B": "two words"}, {"If-Match": '"a  b"'},
]
BODIES = ["", "Action=ListQueues&Version=2012-11-05", '{"a":"\u2713"}']
SIGNERS = {
    "SigV4Auth": ("other", auth.SigV4Auth, {}),
    "SigV4QueryAuth": ("other", auth.SigV4QueryAuth, {"expires": 300}),
    "S3SigV4Auth": ("s3", auth.S3SigV4Auth, {}),
    "S3SigV4QueryAuth": ("s3", auth.S3SigV4QueryAuth, {"expires": 604800}),
}


# botocore signs S3's path as it is sent, and sends only the one canonical spelling; these are others.
NOT_S3 = {"/a+b", "/a%2Fb", "/bucket/..%2Fx"}


def cases():
    seen = 0
    for name, (style, signer, more) in SIGNERS.items():
        for p, path in enumerate(PATHS):
            for q, query in enumerate(QUERIES):
                if ((p + q) % 3 and p and q) or (style == "s3" and path in NOT_S3):
                    continue
                seen += 1
                headers, body = HEADERS[seen % len(HEADERS)], BODIES[seen % len(BODIES)]
                token = TOKEN if seen % 4 == 0 else None
                host = ["sqs.us-east-1.amazonaws.com", "localhost:4566", "b.s3.localhost.localstack.cloud:4566"][seen % 3]
                yield name, style, signer, more, path, query, headers, body, token, host


def sign(name, style, signer, more, path, query, headers, body, token, host):
    is_query = "Query" in name
    if is_query:
        body = ""
    url = f"http://{host}{path}" + (f"?{query}" if query else "")
    method = "POST" if body else "GET"
    request = AWSRequest(method=method, url=url, data=body.encode(), headers=dict(headers))
    service = "s3" if style == "s3" else "sqs"
    if style == "s3" and not is_query:
        request.context["client_config"] = None
        request.context["payload_signing_enabled"] = True
    signer(Credentials(ACCESS_KEY, SECRET, token), service, "us-east-1", **more).add_auth(request)
    target = request.url.split(host, 1)[1]
    sent = {k.lower(): v for k, v in request.headers.items()}
    sent.setdefault("host", host)
    return {
        "signer": name, "style": style, "method": method, "target": target, "headers": sent, "body": body,
        "token": token,
    }


def main():
    frozen = NOW.replace(tzinfo=datetime.timezone.utc)
    with mock.patch("botocore.auth.get_current_datetime", lambda *a, **k: NOW):
        vectors = [sign(*case) for case in cases()]
    out = {"botocore": botocore.__version__, "now": frozen.strftime("%Y%m%dT%H%M%SZ"), "access_key": ACCESS_KEY,
           "secret": SECRET, "vectors": vectors}
    pathlib.Path(__file__).with_name("botocore.json").write_text(json.dumps(out, indent=0, ensure_ascii=False) + "\n")
    print(len(vectors), "vectors")


main()
