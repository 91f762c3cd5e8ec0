"""An estate as a user meets it: up, up again, proven, a stock client's second deployment, down to an empty inventory.

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


def deployed_again(terrella, estate):
    """AWS's own deployment of the same template finds nothing to change."""
    import tomllib

    folder = ROOT / "estates" / estate
    for stack in tomllib.loads((folder / "estate.toml").read_text())["stack"]:
        pairs = [f"{key}={value}" for key, value in stack.get("parameters", {}).items()]
        code, said = terrella.aws("cloudformation", "deploy", "--template-file", str(folder / stack["template"]), "--stack-name", stack["name"],
                                  "--parameter-overrides", *pairs, "--capabilities", *stack.get("capabilities", []),
                                  "--no-fail-on-empty-changeset")
        assert code == 0 and "No changes to deploy" in said, f"aws cloudformation deploy: {code} {said}"


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
            deployed_again(terrella, given.estate)
            report = timed("prove", lambda: terrella("prove", estate))
            arrows = [row for row in report["rows"] if row["id"].startswith("E") and row["state"] == "proven"]
            assert report["failed"] == 0 and not report["troubles"], report
            assert len(arrows) >= 24, f"{len(arrows)} arrows of the diagram are proven"
            down = timed("down", lambda: terrella("down", estate, "--keep-cloud"))
            assert down["deleted"], down
            left = terrella("inventory")
            assert left["count"] == 0, f"left behind: {left['resources']}"
        finally:
            terrella("down", estate)
        print(f"{given.estate}: {report['proven']} rows proven ({len(arrows)} arrows), {report['dark']} dark, none failed; seconds: {took}")


if __name__ == "__main__":
    main()
