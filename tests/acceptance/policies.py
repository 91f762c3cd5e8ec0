"""`terrella policy` on the real binary: the least policy that calls needed carries them again and nothing else, what is explained is what happens, and
what an SCP would flip is told before it does.

usage: policies.py --binary PATH
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from botocore.exceptions import ClientError

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from cloud import Cloud, REGION  # noqa: E402

ACCOUNT = "000000000000"


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


class Verbs:
    """The verbs of one cloud."""

    def __init__(self, cloud, folder):
        self.cloud, self.folder = cloud, pathlib.Path(folder)

    def run(self, *words, status=0):
        """What a verb prints as JSON."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | {"AWS_ENDPOINT_URL": self.cloud.endpoint}
        done = subprocess.run([self.cloud.binary, "policy", *words, "--json"], env=env, capture_output=True, text=True)
        assert done.returncode == status, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
        return json.loads(done.stdout) if done.stdout else done.stderr

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return str(path)


def user(cloud, name, policy):
    """A user with one policy, and her keys."""
    iam = cloud.client("iam")
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="may", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def refused(call):
    try:
        call()
    except ClientError as error:
        assert "Denied" in error.response["Error"]["Code"], error
        return error.response["ResponseMetadata"]["RequestId"]
    raise AssertionError("it is let through")


def work(cloud, keys, queues, bucket):
    """What an application does: two actions on one queue, one on another, an object, a batch, a listing."""
    sqs, s3 = cloud.client("sqs", *keys), cloud.client("s3", *keys)
    sqs.send_message(QueueUrl=queues[0], MessageBody="m")
    sqs.receive_message(QueueUrl=queues[0])
    sqs.send_message(QueueUrl=queues[1], MessageBody="m")
    sqs.list_queues()
    s3.put_object(Bucket=bucket, Key="a*b", Body=b"x")
    s3.put_object(Bucket=bucket, Key="c", Body=b"x")
    gone = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "c"}]})
    assert "Errors" not in gone, gone


def least(verbs, queues, bucket):
    cloud = verbs.cloud
    work(cloud, user(cloud, "ada", document(allow(["sqs:*", "s3:*"]))), queues, bucket)
    told = verbs.run("least", "--principal", f"arn:aws:iam::{ACCOUNT}:user/ada")
    assert told["calls"] == 7 and len(told["proof"]["statements"]) == len(told["policy"]["Statement"]) > 1, told
    statements = told["policy"]["Statement"]
    # What it says carries the same calls of somebody who has nothing else.
    keys = user(cloud, "bob", json.dumps(told["policy"]))
    work(cloud, keys, queues, bucket)
    refused(lambda: cloud.client("sqs", *keys).receive_message(QueueUrl=queues[1]))
    refused(lambda: cloud.client("s3", *keys).put_object(Bucket=bucket, Key="axb", Body=b"x"))
    iam = cloud.client("iam")
    for without in range(len(statements)):
        # Keys of one service are refused where the statement is missing that its calls need.
        rest = [statement for number, statement in enumerate(statements) if number != without]
        iam.put_user_policy(UserName="bob", PolicyName="may", PolicyDocument=document(*rest))
        try:
            work(cloud, keys, queues, bucket)
        except (ClientError, AssertionError):
            continue
        raise AssertionError(f"without {statements[without]} all calls still pass")
    assert "no call" in verbs.run("least", "--principal", f"arn:aws:iam::{ACCOUNT}:user/nobody", status=1)


def explain(verbs, queues):
    cloud = verbs.cloud
    condition = {"Condition": {"StringEquals": {"aws:ResourceTag/team": "red"}}}
    keys = user(cloud, "cid", document(allow("sqs:SendMessage", **condition)))
    asked = ["explain", "--principal", f"arn:aws:iam::{ACCOUNT}:user/cid", "--action", "sqs:SendMessage",
             "--resource", f"arn:aws:sqs:{REGION}:{ACCOUNT}:one"]
    told = verbs.run(*asked)
    missing = [key["key"] for key in told["decision"]["proof"]["keys"] if key["values"] is None]
    assert not told["allowed"] and missing == ["aws:resourcetag/team"], told
    told = verbs.run(*asked, "--context", "aws:ResourceTag/team=red")
    assert told["allowed"] and told["decision"]["policy"] == "inline policy may of user cid", told
    # What it says is what happens.
    request = refused(lambda: cloud.client("sqs", *keys).send_message(QueueUrl=queues[0], MessageBody="m"))
    cloud.client("sqs").tag_queue(QueueUrl=queues[0], Tags={"team": "red"})
    cloud.client("sqs", *keys).send_message(QueueUrl=queues[0], MessageBody="m")
    # A recorded request, now and then.
    told = verbs.run("explain", "--request", request)
    assert (told["then"], told["now"]) == ("denied", "denied"), told
    cloud.client("iam").put_user_policy(UserName="cid", PolicyName="may", PolicyDocument=document(allow("sqs:SendMessage")))
    told = verbs.run("explain", "--request", request)
    assert (told["then"], told["now"]) == ("denied", "allowed"), told
    # Item by item, with the policy of a bucket in another region than the usual.
    batch = [row for row in cloud.operator("/_terrella/log?operation=DeleteObjects")["records"]]
    told = verbs.run("explain", "--request", batch[-1]["requestId"])
    assert [check["action"] for check in told["checks"]] == ["s3:DeleteObject"] and told["now"] == "allowed", told
    # The resource's own policy counts: another account's root is let in by nothing else.
    across = ["explain", "--principal", "111122223333", "--action", "sqs:SendMessage", "--resource", f"arn:aws:sqs:{REGION}:{ACCOUNT}:two"]
    assert not verbs.run(*across)["allowed"]
    policy = document({**allow("sqs:SendMessage"), "Principal": {"AWS": "111122223333"}})
    cloud.client("sqs").set_queue_attributes(QueueUrl=queues[1], Attributes={"Policy": policy})
    assert verbs.run(*across)["allowed"]
    assert "there is no" in verbs.run("explain", "--principal", f"arn:aws:iam::{ACCOUNT}:user/x/cid", "--action", "s3:GetObject", status=1)


def preflight(verbs):
    condition = {"Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}}
    deny = document({"Sid": "NoQueues", "Effect": "Deny", "Action": "sqs:Send*", "Resource": "*"},
                    {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*", **condition})
    scp = verbs.file("scp.json", deny)
    told = verbs.run("preflight", "--scp", scp, "--account", ACCOUNT, status=1)
    flips = {(flip["action"], flip["sid"]) for flip in told["flips"]}
    assert {("sqs:SendMessage", "NoQueues"), ("s3:PutObject", None)} == flips, told
    assert told["missingKeys"] and told["missingKeys"][0]["key"] == "aws:principalorgid", told
    assert told["wouldBeDenied"] == sum(flip["count"] for flip in told["flips"]), told
    # Nobody of another account is bound, nor the management account.
    assert verbs.run("preflight", "--scp", scp, "--account", "999999999999")["flips"] == []
    told = verbs.run("preflight", "--scp", scp, "--account", ACCOUNT, "--management", ACCOUNT)
    assert told["flips"] == [] and "management account" in told["exempt"][0]["because"], told
    # In the place of FullAWSAccess it would have to allow.
    alone = verbs.file("alone.json", document(allow(["sqs:*", "iam:*", "sts:*"])))
    assert verbs.run("preflight", "--scp", alone, "--account", ACCOUNT)["flips"] == []
    told = verbs.run("preflight", "--scp", alone, "--account", ACCOUNT, "--instead", status=1)
    assert {flip["action"].split(":")[0] for flip in told["flips"]} == {"s3"}, told
    rcp = verbs.file("rcp.json", document({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}))
    told = verbs.run("preflight", "--rcp", rcp, "--account", ACCOUNT, status=1)
    assert {flip["action"].split(":")[0] for flip in told["flips"]} == {"s3"}, told
    assert "no policy" in verbs.run("preflight", "--scp", verbs.file("none.json", "{"), "--account", ACCOUNT, status=1)


class Organisation:
    """An organisation with an account in a unit below a unit, one beside it, and the management account in the upper unit."""

    def __init__(self, cloud):
        self.cloud, self.api = cloud, cloud.client("organizations")
        self.api.create_organization()
        self.root = self.api.list_roots()["Roots"][0]["Id"]
        self.workloads = self.unit(self.root, "workloads")
        self.production = self.unit(self.workloads, "production")
        self.app, self.other = self.account("app"), self.account("other")
        self.api.move_account(AccountId=self.app, SourceParentId=self.root, DestinationParentId=self.production)
        self.api.move_account(AccountId=ACCOUNT, SourceParentId=self.root, DestinationParentId=self.workloads)

    def unit(self, parent, name):
        return self.api.create_organizational_unit(ParentId=parent, Name=name)["OrganizationalUnit"]["Id"]

    def account(self, name):
        return self.api.create_account(AccountName=name, Email=f"{name}@example.com")["CreateAccountStatus"]["AccountId"]

    def client(self, account, service):
        """A client of the role by which the management account enters a member."""
        role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
        given = self.cloud.client("sts").assume_role(RoleArn=role, RoleSessionName="admin")["Credentials"]
        return self.cloud.client(service, given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])

    def assigned(self, name):
        """Has Identity Center make a role in the app's account, by its service-linked role there."""
        admin = self.cloud.client("sso-admin")
        instances = admin.list_instances()["Instances"]
        instance = instances[0]["InstanceArn"] if instances else admin.create_instance()["InstanceArn"]
        store = admin.describe_instance(InstanceArn=instance)["IdentityStoreId"]
        group = self.cloud.client("identitystore").create_group(IdentityStoreId=store, DisplayName=name)["GroupId"]
        made = admin.create_permission_set(InstanceArn=instance, Name=name)["PermissionSet"]["PermissionSetArn"]
        begun = admin.create_account_assignment(InstanceArn=instance, PermissionSetArn=made, TargetType="AWS_ACCOUNT", TargetId=self.app,
                                                PrincipalType="GROUP", PrincipalId=group)["AccountAssignmentCreationStatus"]
        ask = {"InstanceArn": instance, "AccountAssignmentCreationRequestId": begun["RequestId"]}
        end = time.monotonic() + 30
        while (told := admin.describe_account_assignment_creation_status(**ask)["AccountAssignmentCreationStatus"])["Status"] == "IN_PROGRESS":
            assert time.monotonic() < end, told
            time.sleep(0.02)
        assert told["Status"] == "SUCCEEDED", told


def preflight_of_an_organisation(verbs):
    """What a live organisation's accounts did is put to an SCP before it is attached; when it is, it denies just that."""
    cloud = verbs.cloud
    organisation = Organisation(cloud)
    queue = organisation.client(organisation.app, "sqs").create_queue(QueueName="app")["QueueUrl"]
    organisation.client(organisation.other, "sqs").create_queue(QueueName="other")
    organisation.assigned("Readers")
    iam = organisation.client(organisation.app, "iam")
    iam.create_user(UserName="ada")
    iam.put_user_policy(UserName="ada", PolicyName="may", PolicyDocument=document(allow("sqs:*")))
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    ada = cloud.client("sqs", key["AccessKeyId"], key["SecretAccessKey"])
    for _ in range(3):
        ada.send_message(QueueUrl=queue, MessageBody="m")
    ada.receive_message(QueueUrl=queue)

    deny = document({"Sid": "NoSending", "Effect": "Deny", "Action": ["sqs:SendMessage", "iam:CreateRole"], "Resource": "*"},
                    {"Sid": "NoQueues", "Effect": "Deny", "Action": "sqs:CreateQueue", "Resource": "*"})
    scp = verbs.file("organisation.json", deny)
    told = verbs.run("preflight", "--scp", scp, "--target", organisation.workloads, status=1)
    assert sorted(told["accounts"]) == sorted([organisation.app, ACCOUNT]) and told["managementAccount"] == ACCOUNT, told
    flips = {(flip["principal"].split(":", 4)[4], flip["action"], flip["sid"], flip["count"]) for flip in told["flips"]}
    role = f"{organisation.app}:role/OrganizationAccountAccessRole"
    assert flips == {(f"{organisation.app}:user/ada", "sqs:SendMessage", "NoSending", 3), (role, "sqs:CreateQueue", "NoQueues", 1)}, told
    assert told["wouldBeDenied"] == 4 and told["elsewhere"] > 0, told
    exempt = {(row["because"], row["principal"]) for row in told["exempt"]}
    linked = f"arn:aws:iam::{organisation.app}:role/aws-service-role/sso.amazonaws.com/AWSServiceRoleForSSO"
    assert ("no SCP binds service-linked roles", linked) in exempt, told
    assert any("management account" in because and who == f"arn:aws:iam::{ACCOUNT}:root" for because, who in exempt), told
    # The unit below has the app alone, and an account may be the target itself; the one beside it has done little of this.
    told = verbs.run("preflight", "--scp", scp, "--target", organisation.production, status=1)
    assert told["accounts"] == [organisation.app] and told["wouldBeDenied"] == 4, told
    assert verbs.run("preflight", "--scp", scp, "--target", organisation.app, status=1)["wouldBeDenied"] == 4
    told = verbs.run("preflight", "--scp", scp, "--target", organisation.other, status=1)
    assert {flip["action"] for flip in told["flips"]} == {"sqs:CreateQueue"}, told
    harmless = verbs.file("harmless.json", document({"Effect": "Deny", "Action": "sqs:DeleteQueue", "Resource": "*"}))
    assert verbs.run("preflight", "--scp", harmless, "--target", organisation.root)["flips"] == []
    assert "ParentNotFoundException" in verbs.run("preflight", "--scp", scp, "--target", "ou-ab12-12345678", status=1)

    # What was told is what happens.
    organisation.api.enable_policy_type(RootId=organisation.root, PolicyType="SERVICE_CONTROL_POLICY")
    made = organisation.api.create_policy(Name="no-sending", Description="d", Type="SERVICE_CONTROL_POLICY", Content=deny)["Policy"]["PolicySummary"]["Id"]
    organisation.api.attach_policy(PolicyId=made, TargetId=organisation.workloads)
    refused(lambda: ada.send_message(QueueUrl=queue, MessageBody="m"))
    refused(lambda: organisation.client(organisation.app, "sqs").create_queue(QueueName="more"))
    ada.receive_message(QueueUrl=queue)
    organisation.client(organisation.other, "sqs").create_queue(QueueName="more")
    cloud.client("sqs").create_queue(QueueName="of-the-management-account")
    organisation.assigned("Writers")


def diff(verbs):
    queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:one"
    before = verbs.file("before.json", document(allow("sqs:SendMessage", queue), allow("s3:GetObject", "arn:aws:s3:::least/*")))
    after = verbs.file("after.json", document(allow("sqs:*", queue), allow("s3:GetObject", "arn:aws:s3:::least/*"),
                                              {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::least/secret/*"}))
    assert verbs.run("diff", before, before)["same"]
    told = verbs.run("diff", before, after, status=1)
    added, removed = told["onlyAfter"], told["onlyBefore"]
    assert added and all(row["action"].startswith("sqs:") and row["action"] != "sqs:SendMessage" for row in added), told
    assert removed and all(row["resource"].startswith("arn:aws:s3:::least/secret/") for row in removed), told
    assert removed[0]["deniedBy"]["statement"] == 2, told
    # The engine that judges calls says the same of each example.
    user(verbs.cloud, "dee", pathlib.Path(after).read_text())
    for rows, expect in ((added, True), (removed, False)):
        for row in rows:
            context = [word for key, values in row["context"].items() for value in values for word in ("--context", f"{key}={value}")]
            asked = ["explain", "--principal", f"arn:aws:iam::{ACCOUNT}:user/dee", "--action", row["action"], "--resource", row["resource"]]
            assert verbs.run(*asked, *context)["allowed"] is expect, row


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("--binary", required=True)
    flags = flags.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cloud = Cloud(pathlib.Path(flags.binary).resolve(), f"{folder}/data", "--log", "error").start()
        try:
            verbs = Verbs(cloud, folder)
            queues = [cloud.client("sqs").create_queue(QueueName=name)["QueueUrl"] for name in ("one", "two")]
            cloud.client("s3").create_bucket(Bucket="least", CreateBucketConfiguration={"LocationConstraint": REGION})
            least(verbs, queues, "least")
            explain(verbs, queues)
            preflight(verbs)
            diff(verbs)
            preflight_of_an_organisation(verbs)
        finally:
            cloud.end()
    print("the least policy carries what was done and nothing else; what is explained happens; an SCP's flips and policies' differences are told,"
          " also those of a live organisation")


if __name__ == "__main__":
    main()
