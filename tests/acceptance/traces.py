"""One trace as its user's tools see it: from a client through a REST API to a function, whose tracing library sends UDP to its daemon; before and after
time was wound.

usage: traces.py --binary PATH
"""
import argparse
import datetime
import io
import json
import pathlib
import sys
import tempfile
import time
import urllib.request
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from cloud import Cloud, REGION  # noqa: E402

# What AWS's X-Ray SDK does in a function: subsegments below the segment of the header, each in a datagram of its own.
CODE = """
import json, os, secrets, socket, time

def handler(event, context):
    header = dict(part.split("=", 1) for part in os.environ["_X_AMZN_TRACE_ID"].split(";"))
    if header["Sampled"] == "1":
        now = time.time()
        subsegment = {"id": secrets.token_hex(8), "trace_id": header["Root"], "parent_id": header["Parent"], "type": "subsegment",
                      "name": "DynamoDB", "namespace": "aws", "start_time": now - 0.01, "end_time": now,
                      "aws": {"operation": "PutItem", "table_name": "orders"}, "annotations": {"order": "probe"}}
        host, port = os.environ["AWS_XRAY_DAEMON_ADDRESS"].split(":")
        head = json.dumps({"format": "json", "version": 1})
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(f"{head}\\n{json.dumps(subsegment)}".encode(), (host, int(port)))
    return {"statusCode": 200, "body": header["Root"]}
"""


def until(what, seen, seconds=30):
    """What `seen` answers, once it is something."""
    deadline = time.monotonic() + seconds
    while not (answer := seen()):
        assert time.monotonic() < deadline, f"{what} does not happen"
        time.sleep(0.02)
    return answer


def package():
    info, file = zipfile.ZipInfo("m.py"), io.BytesIO()
    # Lambda's user is not the files' owner.
    info.external_attr = 0o644 << 16
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(info, CODE)
    return file.getvalue()


def set_up(cloud):
    """The function behind an API, both traced: the API's id."""
    iam, functions, gateway = cloud.client("iam"), cloud.client("lambda"), cloud.client("apigateway")
    trust = {"Statement": {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}}
    role = iam.create_role(RoleName="traced", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.attach_role_policy(RoleName="traced", PolicyArn="arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess")
    arn = functions.create_function(FunctionName="f", Runtime="python3.13", Role=role, Handler="m.handler", Code={"ZipFile": package()},
                                    TracingConfig={"Mode": "Active"})["FunctionArn"]
    functions.add_permission(FunctionName="f", StatementId="api", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com")
    rest = gateway.create_rest_api(name="shop")["id"]
    root = gateway.get_resources(restApiId=rest)["items"][0]["id"]
    method = {"restApiId": rest, "resourceId": root, "httpMethod": "GET"}
    gateway.put_method(**method, authorizationType="NONE")
    gateway.put_integration(**method, type="AWS_PROXY", integrationHttpMethod="POST",
                            uri=f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations")
    gateway.create_deployment(restApiId=rest, stageName="showcase", tracingEnabled=True)
    return rest


def ask(cloud, rest):
    """A traced request: the trace's id, as the function saw it."""
    url = f"{cloud.endpoint}/_aws/execute-api/{rest}/showcase"
    with urllib.request.urlopen(url) as reply:
        root = reply.read().decode()
        assert reply.headers["X-Amzn-Trace-Id"].startswith(f"Root={root};Parent="), reply.headers
    return root


STAGE, SERVICE, FUNCTION = ("shop/showcase", "AWS::ApiGateway::Stage"), ("f", "AWS::Lambda"), ("f", "AWS::Lambda::Function")
TABLE = ("orders", "AWS::DynamoDB::Table")


def whole(traces, root):
    """The documents of a trace by name and type, once all have come."""
    found = traces.batch_get_traces(TraceIds=[root])["Traces"]
    documents = [json.loads(segment["Document"]) for trace in found for segment in trace["Segments"]]
    named = {(document["name"], document["origin"]): document for document in documents}
    return named if {STAGE, SERVICE, FUNCTION, TABLE} <= named.keys() else None


def look(cloud, root, now):
    """The whole trace, its summary and its graph."""
    traces = cloud.client("xray")
    documents = until("the whole trace", lambda: whole(traces, root))
    stage, service, function, table = (documents[name] for name in (STAGE, SERVICE, FUNCTION, TABLE))
    assert service["parent_id"] == stage["subsegments"][0]["id"] and function["parent_id"] == service["id"], documents
    assert table["parent_id"] in [subsegment["id"] for subsegment in function["subsegments"]], documents
    for document in documents.values():
        assert abs(document["start_time"] - now.timestamp()) < 60, (document, now)
    span = {"StartTime": now - datetime.timedelta(minutes=5), "EndTime": now + datetime.timedelta(minutes=5)}
    found = traces.get_trace_summaries(**span, FilterExpression='annotation.order = "probe" AND edge("f", "orders") { ok }')["TraceSummaries"]
    assert root in [summary["Id"] for summary in found], found
    nodes = {(node["Name"], node.get("Type")) for node in traces.get_service_graph(**span)["Services"]}
    assert {STAGE, SERVICE, FUNCTION, TABLE, ("shop/showcase", "client")} <= nodes, nodes


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("--binary", required=True)
    flags = flags.parse_args()
    with tempfile.TemporaryDirectory() as data:
        cloud = Cloud(flags.binary, data, "--log", "error", "--nearest-runtime").start()
        try:
            rest = set_up(cloud)
            now = lambda: datetime.datetime.now(datetime.timezone.utc)
            look(cloud, ask(cloud, rest), now())
            hours = datetime.timedelta(hours=3)
            cloud.operator("/_terrella/wind", {"by": "3h"})
            look(cloud, ask(cloud, rest), now() + hours)
        finally:
            cloud.end()
    print("traces hold: an API, its function, what the function told its daemon, also after a wind")


if __name__ == "__main__":
    main()
