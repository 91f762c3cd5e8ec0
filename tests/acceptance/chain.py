"""One event through the services, as an application sees it: a token, a REST API, a function from a bucket, a workflow, a bus, logs, metrics, a stack.

usage: chain.py --binary PATH
"""
import argparse
import io
import json
import pathlib
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from cloud import Cloud, REGION  # noqa: E402

CODE = """
import json

def handler(event, context):
    print("saw", json.dumps(event))
    if "httpMethod" in event:
        return {"statusCode": 201, "body": event["requestContext"]["authorizer"]["claims"]["cognito:username"]}
    return {"saw": event.get("n")}
"""
RIGHTS = ["logs:*", "lambda:InvokeFunction", "states:StartExecution"]
TEMPLATE = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}, "Outputs": {"Url": {"Value": {"Ref": "Queue"}}}}


def until(what, seen, seconds=30):
    """What `seen` answers, once it is something."""
    deadline = time.monotonic() + seconds
    while not (answer := seen()):
        assert time.monotonic() < deadline, f"{what} does not happen"
        time.sleep(0.02)
    return answer


def allowed(*services):
    statement = {"Effect": "Allow", "Principal": {"Service": list(services)}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def package():
    info, file = zipfile.ZipInfo("m.py"), io.BytesIO()
    # Lambda's user is not the files' owner.
    info.external_attr = 0o644 << 16
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(info, CODE)
    return file.getvalue()


def function(cloud):
    iam, s3, functions = cloud.client("iam"), cloud.client("s3"), cloud.client("lambda")
    trust = allowed("lambda.amazonaws.com", "states.amazonaws.com", "events.amazonaws.com")
    role = iam.create_role(RoleName="chain", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": RIGHTS, "Resource": "*"}]}
    iam.put_role_policy(RoleName="chain", PolicyName="chain", PolicyDocument=json.dumps(policy))
    s3.create_bucket(Bucket="chain-code", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="chain-code", Key="m.zip", Body=package())
    made = functions.create_function(FunctionName="f", Runtime="python3.13", Role=role, Handler="m.handler",
                                     Code={"S3Bucket": "chain-code", "S3Key": "m.zip"})
    for principal in ("events", "apigateway"):
        functions.add_permission(FunctionName="f", StatementId=principal, Action="lambda:InvokeFunction",
                                 Principal=f"{principal}.amazonaws.com")
    answer = functions.invoke(FunctionName="f", Payload=b'{"n": 1}')
    assert json.load(answer["Payload"]) == {"saw": 1} and "FunctionError" not in answer, answer
    return role, made["FunctionArn"]


def workflow(cloud, role, arn):
    states, events = cloud.client("stepfunctions"), cloud.client("events")
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True,
            "Parameters": {"FunctionName": arn, "Payload.$": "$"}, "ResultSelector": {"n.$": "$.Payload.saw"}}
    definition = json.dumps({"StartAt": "A", "States": {"A": task}})
    machine = states.create_state_machine(name="m", roleArn=role, definition=definition)["stateMachineArn"]
    started = states.start_execution(stateMachineArn=machine, input='{"n": 3}')["executionArn"]
    ended = lambda: (found := states.describe_execution(executionArn=started))["status"] != "RUNNING" and found
    found = until("the execution's end", ended)
    assert found["status"] == "SUCCEEDED" and json.loads(found["output"]) == {"n": 3}, found
    events.put_rule(Name="r", EventPattern=json.dumps({"source": ["shop"]}))
    events.put_targets(Rule="r", Targets=[{"Id": "1", "Arn": machine, "RoleArn": role}, {"Id": "2", "Arn": arn}])
    events.put_events(Entries=[{"Source": "shop", "DetailType": "order", "Detail": '{"id": "probe-7"}'}])
    both = lambda: len(states.list_executions(stateMachineArn=machine, statusFilter="SUCCEEDED")["executions"]) == 2
    until("the execution that the bus starts", both)
    logs = cloud.client("logs")
    told = lambda: len(logs.filter_log_events(logGroupName="/aws/lambda/f", filterPattern='"probe-7"')["events"]) == 2
    until("the log lines of the two functions' runs", told)


def api(cloud, arn):
    users, gateway = cloud.client("cognito-idp"), cloud.client("apigateway")
    pool = users.create_user_pool(PoolName="p")["UserPool"]
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    client = users.create_user_pool_client(UserPoolId=pool["Id"], ClientName="c", ExplicitAuthFlows=flows)["UserPoolClient"]["ClientId"]
    users.admin_create_user(UserPoolId=pool["Id"], Username="ada", MessageAction="SUPPRESS")
    users.admin_set_user_password(UserPoolId=pool["Id"], Username="ada", Password="Passw0rd!x", Permanent=True)
    given = {"USERNAME": "ada", "PASSWORD": "Passw0rd!x"}
    token = users.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given)["AuthenticationResult"]["IdToken"]
    rest = gateway.create_rest_api(name="shop")["id"]
    root = gateway.get_resources(restApiId=rest)["items"][0]["id"]
    orders = {"restApiId": rest, "resourceId": gateway.create_resource(restApiId=rest, parentId=root, pathPart="orders")["id"], "httpMethod": "POST"}
    authorizer = gateway.create_authorizer(restApiId=rest, name="a", type="COGNITO_USER_POOLS", providerARNs=[pool["Arn"]],
                                           identitySource="method.request.header.Authorization")["id"]
    gateway.put_method(**orders, authorizationType="COGNITO_USER_POOLS", authorizerId=authorizer)
    gateway.put_integration(**orders, type="AWS_PROXY", integrationHttpMethod="POST",
                            uri=f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations")
    gateway.create_deployment(restApiId=rest, stageName="showcase")
    assert post(cloud, rest, {}) == (401, '{"message":"Unauthorized"}')
    assert post(cloud, rest, {"Authorization": token}) == (201, "ada")


def post(cloud, rest, headers):
    url = f"{cloud.endpoint}/_aws/execute-api/{rest}/showcase/orders"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=b"{}", headers=headers, method="POST")) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as reply:
        return reply.code, reply.read().decode()


def stack(cloud):
    stacks, often = cloud.client("cloudformation"), {"Delay": 1}
    stacks.create_stack(StackName="s", TemplateBody=json.dumps(TEMPLATE))
    stacks.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig=often)
    url = stacks.describe_stacks(StackName="s")["Stacks"][0]["Outputs"][0]["OutputValue"]
    cloud.client("sqs").send_message(QueueUrl=url, MessageBody="x")
    stacks.delete_stack(StackName="s")
    stacks.get_waiter("stack_delete_complete").wait(StackName="s", WaiterConfig=often)


def metrics(cloud):
    watch, wanted = cloud.client("cloudwatch"), {"AWS/Lambda", "AWS/States", "AWS/ApiGateway", "AWS/Events"}
    until("metrics of every link", lambda: wanted <= {m["Namespace"] for m in watch.list_metrics()["Metrics"]})


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("--binary", required=True)
    flags = flags.parse_args()
    with tempfile.TemporaryDirectory() as data:
        cloud = Cloud(flags.binary, data, "--log", "error", "--nearest-runtime").start()
        try:
            role, arn = function(cloud)
            workflow(cloud, role, arn)
            api(cloud, arn)
            stack(cloud)
            metrics(cloud)
        finally:
            cloud.end()
    print("the chain holds: a token, an API, a function from a bucket, a workflow, a bus, logs, a stack, metrics")


if __name__ == "__main__":
    main()
