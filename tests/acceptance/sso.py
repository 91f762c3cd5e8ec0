"""IAM Identity Center over the accounts of an organisation, with botocore's own `sso-session` profiles: people sign in on the pages, as a device or by an
authorization code with PKCE, what the CLI keeps of it is laid into its cache, and from there on botocore alone gets the credentials of each account.

usage: sso.py --binary PATH
"""
import argparse
import base64
import datetime
import hashlib
import html
import http.cookiejar
import json
import os
import pathlib
import re
import secrets
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

# botocore settles where its cache lies when it is imported.
HOME = tempfile.TemporaryDirectory()
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ["HOME"] = HOME.name

import boto3  # noqa: E402
from botocore import UNSIGNED  # noqa: E402
from botocore.config import Config  # noqa: E402
from botocore.exceptions import ClientError, UnauthorizedSSOTokenError  # noqa: E402

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from cloud import Cloud, REGION  # noqa: E402

PASSWORD = "Passw0rd!x"
SCOPE = "sso:account:access"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
CALLBACK = "http://127.0.0.1/oauth/callback"
HOUR = 3600


def until(what, seen, seconds=30):
    """What `seen` gives as soon as it gives something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = seen()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{what} does not come")


def refused(call, code):
    try:
        call()
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return error.response["Error"]["Message"]
    raise AssertionError(f"it is let through, not {code}")


def document(*actions):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]})


class Organisation:
    """An organisation with member accounts, Identity Center, and who may what where."""

    def __init__(self, cloud):
        self.cloud = cloud
        organizations = cloud.client("organizations")
        organizations.create_organization()
        self.accounts = {}
        for name in ("infrastructure", "audit", "archive"):
            begun = organizations.create_account(AccountName=name, Email=f"{name}@example.com")["CreateAccountStatus"]
            assert begun["State"] == "SUCCEEDED", begun
            self.accounts[name] = begun["AccountId"]
        self.admin, self.people = cloud.client("sso-admin"), cloud.client("identitystore")
        self.instance = self.admin.create_instance()["InstanceArn"]
        self.store = self.admin.describe_instance(InstanceArn=self.instance)["IdentityStoreId"]
        self.start_url = f"{cloud.endpoint}/_sso/start/{self.store}"

    def user(self, name):
        made = self.people.create_user(IdentityStoreId=self.store, UserName=name, DisplayName=name, Name={"GivenName": name, "FamilyName": "Lee"},
                                       Emails=[{"Value": f"{name}@example.com", "Primary": True}])
        return made["UserId"]

    def group(self, name, *members):
        group = self.people.create_group(IdentityStoreId=self.store, DisplayName=name)["GroupId"]
        for member in members:
            self.people.create_group_membership(IdentityStoreId=self.store, GroupId=group, MemberId={"UserId": member})
        return group

    def permission_set(self, name, duration, *actions):
        made = self.admin.create_permission_set(InstanceArn=self.instance, Name=name, SessionDuration=duration)
        arn = made["PermissionSet"]["PermissionSetArn"]
        self.admin.put_inline_policy_to_permission_set(InstanceArn=self.instance, PermissionSetArn=arn, InlinePolicy=document(*actions))
        return arn

    def about(self, kind, principal, permission_set, account):
        return {"InstanceArn": self.instance, "PermissionSetArn": permission_set, "TargetType": "AWS_ACCOUNT", "TargetId": self.accounts[account],
                "PrincipalType": kind, "PrincipalId": principal}

    def assign(self, *what):
        self.settled("creation", self.admin.create_account_assignment(**self.about(*what)))

    def unassign(self, *what):
        self.settled("deletion", self.admin.delete_account_assignment(**self.about(*what)))

    def settled(self, kind, begun):
        """Waits until an assignment is there or gone."""
        title = kind.capitalize()
        request = begun[f"AccountAssignment{title}Status"]["RequestId"]
        ask = getattr(self.admin, f"describe_account_assignment_{kind}_status")
        status = lambda: ask(InstanceArn=self.instance, **{f"AccountAssignment{title}RequestId": request})[f"AccountAssignment{title}Status"]
        done = until(f"the {kind} of an assignment", lambda: (found := status())["Status"] != "IN_PROGRESS" and found)
        assert done["Status"] == "SUCCEEDED", done

    def provision(self, permission_set):
        begun = self.admin.provision_permission_set(InstanceArn=self.instance, PermissionSetArn=permission_set, TargetType="ALL_PROVISIONED_ACCOUNTS")
        request = begun["PermissionSetProvisioningStatus"]["RequestId"]
        status = lambda: self.admin.describe_permission_set_provisioning_status(
            InstanceArn=self.instance, ProvisionPermissionSetRequestId=request)["PermissionSetProvisioningStatus"]
        done = until("the provisioning", lambda: (found := status())["Status"] != "IN_PROGRESS" and found)
        assert done["Status"] == "SUCCEEDED", done


class Browser:
    """What one person's browser does: it keeps cookies, follows no redirect by itself, and fills in forms."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    def __init__(self, cloud, name):
        self.cloud, self.name, self.has_password = cloud, name, False
        self.forget()

    def go(self, address, form=None):
        """The page, or where it sends on."""
        address = urllib.parse.urljoin(self.cloud.endpoint, address)
        data = None if form is None else urllib.parse.urlencode(form).encode()
        try:
            with self.opener.open(urllib.request.Request(address, data=data), timeout=60) as reply:
                return reply.read().decode()
        except urllib.error.HTTPError as answer:
            if answer.code == 303:
                return answer.headers["Location"]
            raise AssertionError(f"{address}: {answer.code} {answer.read().decode()}") from answer

    @staticmethod
    def fields(page):
        """The hidden fields of a page's form."""
        found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)
        return {name: html.unescape(value) for name, value in found}

    def signed_in(self, page):
        """The page behind the one that asks who it is: the first time with a mailed code, later with the password."""
        if "/_sso/sign-in" not in page:
            return page
        form = self.fields(page) | {"user": self.name}
        if self.has_password:
            return self.go(self.go("/_sso/sign-in", form | {"password": PASSWORD}))
        page = self.go("/_sso/code", form)
        mail = self.cloud.operator(f"/_terrella/outbox?to={self.name}@example.com")["messages"][0]
        code = re.search(r"\d{6}", mail["text"]).group()
        self.has_password = True
        return self.go(self.go("/_sso/password", self.fields(page) | {"user": self.name, "code": code, "password": PASSWORD}))

    def forget(self):
        """Another browser of the same person."""
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), self.Stay)

    def consent(self, address, action):
        page = self.signed_in(self.go(address))
        return self.go(action, self.fields(page) | {"answer": "allow"})


class Cli:
    """What AWS's CLI does of `aws sso login`: it signs one person in and leaves what it got where every SDK looks for it."""

    def __init__(self, organisation, name):
        self.organisation, self.cloud, self.name = organisation, organisation.cloud, name
        self.browser = Browser(self.cloud, name)
        self.oidc = boto3.client("sso-oidc", region_name=REGION, endpoint_url=self.cloud.endpoint, config=Config(signature_version=UNSIGNED))

    def by_device(self):
        client = self.oidc.register_client(clientName=f"botocore-client-{self.name}", clientType="public", scopes=[SCOPE])
        known = {"clientId": client["clientId"], "clientSecret": client["clientSecret"]}
        begun = self.oidc.start_device_authorization(**known, startUrl=self.organisation.start_url)
        ask = {**known, "grantType": DEVICE_CODE, "deviceCode": begun["deviceCode"]}
        refused(lambda: self.oidc.create_token(**ask), "AuthorizationPendingException")
        self.browser.consent(begun["verificationUriComplete"], "/_sso/device")
        self.keep(client, self.oidc.create_token(**ask))
        refused(lambda: self.oidc.create_token(**ask), "InvalidGrantException")

    def by_code(self):
        client = self.oidc.register_client(clientName=f"botocore-client-{self.name}", clientType="public", scopes=[SCOPE], redirectUris=[CALLBACK],
                                           grantTypes=["authorization_code", "refresh_token"], issuerUrl=self.organisation.start_url)
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        redirect = CALLBACK.replace("127.0.0.1", "127.0.0.1:45123")
        state = secrets.token_urlsafe(16)
        query = urllib.parse.urlencode({"response_type": "code", "client_id": client["clientId"], "redirect_uri": redirect, "state": state,
                                        "code_challenge_method": "S256", "code_challenge": challenge, "scopes": SCOPE})
        back = urllib.parse.urlsplit(self.browser.consent(f"/_sso/authorize?{query}", "/_sso/authorize"))
        told = dict(urllib.parse.parse_qsl(back.query))
        assert back.netloc == "127.0.0.1:45123" and told["state"] == state, back
        ask = {"clientId": client["clientId"], "clientSecret": client["clientSecret"], "grantType": "authorization_code", "code": told["code"],
               "redirectUri": redirect}
        refused(lambda: self.oidc.create_token(**ask, codeVerifier=secrets.token_urlsafe(48)), "InvalidGrantException")
        self.keep(client, self.oidc.create_token(**ask, codeVerifier=verifier))

    @property
    def cached(self):
        """The file of the session's token, named as every SDK names it."""
        return pathlib.Path(HOME.name) / ".aws/sso/cache" / f"{hashlib.sha1(self.name.encode()).hexdigest()}.json"

    def keep(self, client, token):
        stamp = lambda seconds: datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.cached.parent.mkdir(parents=True, exist_ok=True)
        self.cached.write_text(json.dumps({
            "startUrl": self.organisation.start_url, "region": REGION, "accessToken": token["accessToken"], "refreshToken": token["refreshToken"],
            "expiresAt": stamp(time.time() + token["expiresIn"]), "clientId": client["clientId"], "clientSecret": client["clientSecret"],
            "registrationExpiresAt": stamp(client["clientSecretExpiresAt"])}))

    def token(self):
        return json.loads(self.cached.read_text())["accessToken"]

    def expire(self):
        """Has the next session think that the token is at its end, so that it trades it in for a new one."""
        kept = json.loads(self.cached.read_text())
        self.cached.write_text(json.dumps(kept | {"expiresAt": "2020-01-01T00:00:00Z"}))

    def portal(self):
        return boto3.client("sso", region_name=REGION, endpoint_url=self.cloud.endpoint, config=Config(signature_version=UNSIGNED))

    def session(self, account, role):
        """A session by a profile that names no key: botocore finds the rest."""
        profile = f"{self.name}-{account}-{role}"
        config = pathlib.Path(HOME.name) / ".aws/config"
        config.parent.mkdir(parents=True, exist_ok=True)
        config.write_text("\n".join([
            f"[sso-session {self.name}]", f"sso_start_url = {self.organisation.start_url}", f"sso_region = {REGION}",
            f"sso_registration_scopes = {SCOPE}", "", f"[profile {profile}]", f"sso_session = {self.name}",
            f"sso_account_id = {self.organisation.accounts[account]}", f"sso_role_name = {role}", f"region = {REGION}",
            f"endpoint_url = {self.cloud.endpoint}", ""]))
        return boto3.Session(profile_name=profile)


def who(session):
    return session.client("sts").get_caller_identity()


def calls_in_two_accounts(organisation, cli, role):
    """The same person in two accounts: what the set allows goes, what it does not is denied, and each account has its own."""
    sessions = [cli.session(account, role) for account in ("infrastructure", "audit")]
    for account, session in zip(("infrastructure", "audit"), sessions):
        told = who(session)
        assert told["Account"] == organisation.accounts[account], told
        assert re.search(rf":assumed-role/AWSReservedSSO_{role}_[0-9a-f]{{16}}/{cli.name}$", told["Arn"]), told
        queue = session.client("sqs").create_queue(QueueName=f"of-{cli.name}")["QueueUrl"]
        assert organisation.accounts[account] in queue, queue
        said = refused(lambda: session.client("sqs").delete_queue(QueueUrl=queue), "AccessDenied")
        assert "no identity-based policy allows the sqs:DeleteQueue action" in said, said
        said = refused(lambda: session.client("s3").list_buckets(), "AccessDenied")
        assert "s3:ListAllMyBuckets" in said, said
    return sessions


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("--binary", required=True)
    flags = flags.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cloud = Cloud(pathlib.Path(flags.binary).resolve(), f"{folder}/data", "--log", "error").start()
        try:
            tour(cloud)
        finally:
            cloud.end()
            HOME.cleanup()
    print("Identity Center holds over three accounts: device and PKCE sign-ins, botocore's profiles, what is taken away is denied, sessions end")


def tour(cloud):
    organisation = Organisation(cloud)
    ann, bob, _ = (organisation.user(name) for name in ("ann", "bob", "eve"))
    ops = organisation.group("ops", bob)
    queues = organisation.permission_set("Queues", "PT2H", "sqs:CreateQueue", "sqs:ListQueues")
    buckets = organisation.permission_set("Buckets", "PT1H", "s3:ListAllMyBuckets")
    for account in ("infrastructure", "audit"):
        organisation.assign("USER", ann, queues, account)
        organisation.assign("GROUP", ops, queues, account)
    organisation.assign("GROUP", ops, buckets, "archive")

    by_device, by_code, unassigned = (Cli(organisation, name) for name in ("ann", "bob", "eve"))
    by_device.by_device()
    # The second time in another browser, by the password that the first one set.
    by_device.browser.forget()
    by_device.by_device()
    by_code.by_code()
    unassigned.by_device()
    sessions = calls_in_two_accounts(organisation, by_device, "Queues")
    calls_in_two_accounts(organisation, by_code, "Queues")
    by_code.session("archive", "Buckets").client("s3").list_buckets()
    who_has_what(organisation, by_device, by_code, unassigned)
    a_permission_is_removed(organisation, queues, sessions)
    a_session_lasts_as_its_set_says(cloud, by_device)
    an_assignment_is_deleted(organisation, by_device, by_code, (ann, ops, queues))
    an_account_is_closed(organisation, by_code)


def who_has_what(organisation, by_device, by_code, unassigned):
    """The portal lists what is assigned, to a user and to his groups, and nothing to whom nothing is."""
    accounts = lambda cli: {row["accountName"] for row in cli.portal().list_accounts(accessToken=cli.token())["accountList"]}
    assert accounts(by_device) == {"infrastructure", "audit"}, accounts(by_device)
    assert accounts(by_code) == {"infrastructure", "audit", "archive"}, accounts(by_code)
    assert accounts(unassigned) == set()
    for cli, account, role in ((unassigned, "audit", "Queues"), (by_device, "archive", "Buckets"), (by_device, "audit", "Buckets")):
        refused(lambda: who(cli.session(account, role)), "ForbiddenException")
    arn = f"arn:aws:iam::{organisation.accounts['audit']}:role/aws-reserved/sso.amazonaws.com/{REGION}/AWSReservedSSO_Queues_0000000000000000"
    refused(lambda: organisation.cloud.client("sts").assume_role(RoleArn=arn, RoleSessionName="eve"), "AccessDenied")


def a_permission_is_removed(organisation, queues, sessions):
    """Sessions that are under way lose it in every account, once the set is provisioned again."""
    organisation.admin.put_inline_policy_to_permission_set(InstanceArn=organisation.instance, PermissionSetArn=queues,
                                                           InlinePolicy=document("sqs:ListQueues"))
    for session in sessions:
        session.client("sqs").create_queue(QueueName="still")
    organisation.provision(queues)
    for session in sessions:
        said = refused(lambda: session.client("sqs").create_queue(QueueName="no-more"), "AccessDenied")
        assert "no identity-based policy allows the sqs:CreateQueue action" in said, said
        session.client("sqs").list_queues()


def a_session_lasts_as_its_set_says(cloud, cli):
    """Two hours; then botocore trades in the token and gets new credentials."""
    session = cli.session("audit", "Queues")
    frozen = session.get_credentials().get_frozen_credentials()
    left = session.get_credentials()._expiry_time - datetime.datetime.now(datetime.timezone.utc)
    assert 2 * HOUR - 60 < left.total_seconds() <= 2 * HOUR, left
    client = cloud.client("sqs", frozen.access_key, frozen.secret_key, frozen.token)
    cloud.operator("/_terrella/wind", {"by": "119m"})
    client.list_queues()
    cloud.operator("/_terrella/wind", {"by": "2m"})
    refused(client.list_queues, "ExpiredTokenException")
    before = cli.token()
    cli.expire()
    cli.session("audit", "Queues").client("sqs").list_queues()
    assert cli.token() != before


def an_assignment_is_deleted(organisation, by_device, by_code, who_and_what):
    """Who has lost it gets no more credentials; who has it by his group still does, until that has lost it too and the role is gone."""
    ann, ops, queues = who_and_what
    by_code.expire()
    running = by_code.session("audit", "Queues")
    running.client("sqs").list_queues()
    organisation.unassign("USER", ann, queues, "audit")
    refused(lambda: by_device.session("audit", "Queues").client("sqs").list_queues(), "ForbiddenException")
    by_device.session("infrastructure", "Queues").client("sqs").list_queues()
    by_code.session("audit", "Queues").client("sqs").list_queues()
    organisation.unassign("GROUP", ops, queues, "audit")
    refused(lambda: by_code.session("audit", "Queues").client("sqs").list_queues(), "ForbiddenException")
    # The role went with its last assignment, and what it allowed with the role.
    refused(running.client("sqs").list_queues, "AccessDenied")
    by_device.portal().logout(accessToken=by_device.token())
    try:
        by_device.session("infrastructure", "Queues").client("sqs").list_queues()
    except UnauthorizedSSOTokenError:
        return
    raise AssertionError("who has signed out is let in")


def an_account_is_closed(organisation, cli):
    """Nobody signs in to an account that was closed."""
    session = cli.session("archive", "Buckets")
    session.client("s3").list_buckets()
    organisation.cloud.client("organizations").close_account(AccountId=organisation.accounts["archive"])
    refused(session.client("s3").list_buckets, "AccountProblem")
    refused(lambda: cli.session("archive", "Buckets").client("s3").list_buckets(), "ForbiddenException")


if __name__ == "__main__":
    main()
