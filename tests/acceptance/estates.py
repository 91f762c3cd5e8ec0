"""An estate as a user meets it: up, up again, proven, a stock client's second deployment, down to an empty inventory; then by AWS's own
client alone, as the estate's README says: refused with a wrong secret and with parts that this cloud cannot build, deployed, deployed
again without a change, and deleted.

usage: estates.py --binary PATH [--estate enterprise]
"""
import argparse
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Terrella:
    """The verbs of one binary against one cloud."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        self.endpoint = f"http://127.0.0.1:{free_port()}"
        self.environment = os.environ | {
            "AWS_ENDPOINT_URL": self.endpoint, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
        }

    def __call__(self, *arguments, status=0):
        run = subprocess.run([self.binary, *arguments, "--json"], capture_output=True, text=True, cwd=self.folder, env=self.environment)
        assert run.returncode == status, f"{' '.join(arguments)}: {run.returncode}\n{run.stdout[-4000:]}\n{run.stderr[-4000:]}"
        return json.loads(run.stdout)

    def aws(self, *arguments):
        """AWS's CLI, as it is installed beside this Python; what it printed, and its exit status."""
        aws = pathlib.Path(sys.executable).parent / "aws"
        run = subprocess.run([aws, *arguments], capture_output=True, text=True, cwd=self.folder, env=self.environment)
        return run.returncode, run.stdout + run.stderr


ACCOUNT = "000000000000"


class ByHand:
    """What an estate's README does with AWS's client."""

    def __init__(self, terrella, estate):
        self.terrella, self.folder = terrella, ROOT / "estates" / estate
        self.manifest = tomllib.loads((self.folder / "estate.toml").read_text())
        [self.stack] = self.manifest["stack"]
        self.name = self.stack["name"]
        region = self.manifest["region"]
        self.buckets = {a["bucket"].format(account=ACCOUNT, region=region): a for a in self.manifest["artifact"]}

    def aws(self, *arguments):
        code, said = self.terrella.aws(*arguments)
        assert code == 0, f"aws {' '.join(arguments)}: {code} {said}"
        return said

    def deploy(self, template=None, **parameters):
        """Exit status and words of `aws cloudformation deploy`."""
        pairs = [f"{key}={value}" for key, value in (self.stack.get("parameters", {}) | parameters).items()]
        return self.terrella.aws("cloudformation", "deploy", "--stack-name", self.name,
                                 "--template-file", str(template or self.folder / self.stack["template"]), "--s3-bucket", next(iter(self.buckets)), "--s3-prefix", "by-hand",
                                 "--parameter-overrides", *pairs, "--capabilities", *self.stack.get("capabilities", []),
                                 "--no-fail-on-empty-changeset")

    def unchanged(self):
        code, said = self.deploy()
        assert code == 0 and "No changes to deploy" in said, f"aws cloudformation deploy: {code} {said}"
        # `terrella down` takes away what `up` put, and no bucket that holds more.
        self.aws("s3", "rm", f"s3://{next(iter(self.buckets))}/by-hand", "--recursive")

    def prepare(self):
        """The functions' code and the secret: what must be there before the stack."""
        for bucket, artifact in self.buckets.items():
            self.aws("s3", "mb", f"s3://{bucket}")
            archive = pathlib.Path(self.terrella.folder) / "code.zip"
            with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
                for name, program in artifact["zip"].items():
                    packed.write(pathlib.Path(self.terrella.binary).parent / program, name)
            self.aws("s3", "cp", str(archive), f"s3://{bucket}/{artifact['key']}")
        for secret in self.manifest["secret"]:
            self.aws("secretsmanager", "create-secret", "--name", secret["name"],
                     "--secret-string", '{"username":"postgres","password":"Pa55word-of-hers"}')

    def clear(self):
        for bucket in self.buckets:
            self.aws("s3", "rb", f"s3://{bucket}", "--force")
        for secret in self.manifest["secret"]:
            self.aws("secretsmanager", "delete-secret", "--secret-id", secret["name"], "--force-delete-without-recovery")

    def failures(self):
        """The events of what failed, each with its own reason."""
        events = json.loads(self.aws("cloudformation", "describe-stack-events", "--stack-name", self.name, "--output", "json"))["StackEvents"]
        failed = [event for event in events if event["ResourceStatus"] == "CREATE_FAILED"]
        return [event for event in failed if event["ResourceStatusReason"] != "Resource creation cancelled"]

    def status(self):
        return self.aws("cloudformation", "describe-stacks", "--stack-name", self.name, "--query", "Stacks[0].StackStatus", "--output", "text").strip()

    def delete(self):
        # The trail has delivered: buckets that hold objects are not deleted, here as on AWS.
        listed = self.aws("cloudformation", "list-stack-resources", "--stack-name", self.name, "--output", "json")
        for resource in json.loads(listed)["StackResourceSummaries"]:
            if resource["ResourceType"] == "AWS::S3::Bucket" and resource["ResourceStatus"] == "CREATE_COMPLETE":
                self.aws("s3", "rm", f"s3://{resource['PhysicalResourceId']}", "--recursive")
        self.aws("cloudformation", "delete-stack", "--stack-name", self.name)
        # AWS's own waiter looks every 30 seconds.
        for _ in range(100):
            code, said = self.terrella.aws("cloudformation", "describe-stacks", "--stack-name", self.name)
            if code != 0:
                break
        assert "does not exist" in said, f"{self.name} is not deleted: {said}"

    def refused_without_its_secret(self):
        """A secret that is not there fails the stack, which goes back."""
        code, _ = self.deploy(DbPasswordSecretName="NoSuchSecret")
        assert code != 0 and self.status() == "ROLLBACK_COMPLETE", f"{code} {self.status()}"
        found = [event for event in self.failures() if "Secrets Manager can't find the specified secret" in event["ResourceStatusReason"]]
        assert found and all("NoSuchSecret" in event["ResourceProperties"] for event in found), self.failures()
        self.delete()

    def refused_with_what_is_not_built(self):
        """All parts wanted: what fails, fails by the name of a type that this cloud has not, or for want of another."""
        text = (self.folder / self.stack["template"]).read_text()
        wanted = text.replace('Stands: "no"', 'Stands: "yes"')
        if wanted == text:
            return
        template = pathlib.Path(self.terrella.folder) / "wanted.yaml"
        template.write_text(wanted)
        code, _ = self.deploy(template)
        assert code != 0 and self.status() == "ROLLBACK_COMPLETE", f"{code} {self.status()}"
        failures = self.failures()
        assert failures and all(event["ResourceType"] in event["ResourceStatusReason"] for event in failures), failures
        self.delete()


def by_hand(terrella, estate):
    """An estate by AWS's client alone."""
    hand = ByHand(terrella, estate)
    hand.prepare()
    hand.refused_without_its_secret()
    hand.refused_with_what_is_not_built()
    code, said = hand.deploy()
    assert code == 0 and hand.status() == "CREATE_COMPLETE", f"aws cloudformation deploy: {code} {said} {hand.failures()}"
    hand.unchanged()
    hand.delete()
    hand.clear()
    emptied(terrella)


def emptied(terrella):
    left = terrella("inventory")
    assert left["count"] == 0, f"left behind: {left['resources']}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--estate", default="enterprise")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        terrella = Terrella(os.path.abspath(given.binary), folder)
        estate = str(ROOT / "estates" / given.estate)
        took = {}

        def timed(what, call):
            began = time.perf_counter()
            answer = call()
            took[what] = round(time.perf_counter() - began, 1)
            return answer

        first = timed("up", lambda: terrella("up", estate))
        try:
            assert all(stack["result"] == "created" for stack in first["stacks"]), first
            again = timed("up again", lambda: terrella("up", estate))
            assert all(stack["result"] == "unchanged" for stack in again["stacks"]), again
            ByHand(terrella, given.estate).unchanged()
            report = timed("prove", lambda: terrella("prove", estate))
            arrows = [row for row in report["rows"] if row["id"].startswith("E") and row["state"] == "proven"]
            assert report["failed"] == 0 and not report["troubles"], report
            assert len(arrows) >= 24, f"{len(arrows)} arrows of the diagram are proven"
            down = timed("down", lambda: terrella("down", estate, "--keep-cloud"))
            assert down["deleted"], down
            emptied(terrella)
            # The names of its queues rest for a minute, over which the clock is wound.
            timed("up after down", lambda: terrella("up", estate))
            terrella("down", estate, "--keep-cloud")
            timed("by hand", lambda: by_hand(terrella, given.estate))
        finally:
            terrella("down", estate)
        print(f"{given.estate}: {report['proven']} rows proven ({len(arrows)} arrows), {report['dark']} dark, none failed; seconds: {took}")


if __name__ == "__main__":
    main()
