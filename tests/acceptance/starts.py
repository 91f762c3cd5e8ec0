#!/usr/bin/env python3
"""How a cloud is started, what LocalStack's users have set, and what the operator's verbs say: env, doctor, log, fault, snapshot, up.

usage: starts.py [--binary PATH]
"""
import argparse
import contextlib
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import urllib.error

from cloud import Cloud, default_binary

CHECKS = []
MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:none"
TEMPLATE = '{"Resources": {"Orders": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders"}}}}'


def check(title):
    """Registers a check, which asserts for itself."""
    return lambda run: CHECKS.append((title, run)) or run


class Bench:
    """The binary, and a folder for each check."""

    def __init__(self, binary, folder):
        self.binary, self.folder = os.path.abspath(binary), pathlib.Path(folder)

    def environment(self, **settings):
        ours = ("AWS_", "LOCALSTACK", "GATEWAY_", "XDG_")
        own = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return own | {"HOME": str(self.folder), "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull} | settings

    def run(self, *arguments, status=0, **settings):
        """A verb; what it said on both streams."""
        done = subprocess.run([self.binary, *arguments], capture_output=True, text=True, cwd=self.folder,
                              env=self.environment(**settings), timeout=120)
        assert done.returncode == status, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout, done.stderr

    @contextlib.contextmanager
    def started(self, *flags, listen=("--listen", "127.0.0.1:0"), **settings):
        """A cloud that keeps nothing, by its first line."""
        command = [self.binary, "start", "--memory", "--json", *listen, *flags]
        with open(self.folder / "said", "w+") as said:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True, env=self.environment(**settings))
            try:
                line = process.stdout.readline()
                assert line, (self.folder / "said").read_text()
                first = json.loads(line)
                cloud = Cloud(self.binary, None)
                cloud.process, cloud.endpoint, cloud.first = process, first["endpoint"], first
                yield cloud
            finally:
                process.terminate()
                process.communicate(timeout=60)

    def shell(self, cloud, command, *flags):
        """A command in a shell that was told where the cloud is; its exit status and what it said."""
        env = f"{shlex.quote(self.binary)} env --endpoint {cloud.endpoint} {' '.join(flags)}"
        done = subprocess.run(["bash", "-c", f'eval "$({env})"; {command}'], capture_output=True, text=True, timeout=120,
                              env=self.environment(AWS_MAX_ATTEMPTS="1"))
        return done.returncode, done.stdout + done.stderr

    def aws(self):
        return shlex.join([sys.executable, str(pathlib.Path(sys.executable).parent / "aws")])


def script(folder, name, text, executable=True):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    (folder / name).chmod(0o755 if executable else 0o644)


@check("--listen counts more than GATEWAY_LISTEN, which opens nothing then")
def _(bench):
    with bench.started(GATEWAY_LISTEN="0.0.0.0:0") as cloud:
        assert cloud.endpoint.startswith("http://127.0.0.1:") and not cloud.first["trustNetwork"], cloud.first
        assert cloud.first["notes"] == ["GATEWAY_LISTEN has no effect: --listen says where"], cloud.first
    with bench.started(listen=(), GATEWAY_LISTEN="0.0.0.0:0") as cloud:
        assert cloud.first["trustNetwork"] and "the network is trusted" in cloud.first["warnings"][0], cloud.first


@check("the first line warns that the network is trusted")
def _(bench):
    with open(bench.folder / "said", "w+") as said:
        command = [bench.binary, "start", "--memory", "--listen", "0.0.0.0:0", "--trust-network"]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=said, text=True, env=bench.environment())
        try:
            line = process.stderr.readline()
        finally:
            process.terminate()
            process.communicate(timeout=60)
    assert "ready at" in line and "WARNING: the network is trusted" in line, line


@check("what LocalStack's users have set and has no meaning is named")
def _(bench):
    settings = {"LOCALSTACK_FOO": "1", "SQS_ENDPOINT_STRATEGY": "path", "LAMBDA_EXECUTOR": "docker", "LOCALSTACK_AUTH_TOKEN": ""}
    with bench.started(**settings) as cloud:
        notes = "\n".join(cloud.first["notes"])
    assert "functions run as processes" in notes and "LOCALSTACK_FOO, SQS_ENDPOINT_STRATEGY" in notes and "AUTH" not in notes, notes


@check("scripts of ready.d run as their first lines say, and LocalStack's address tells how far they are")
def _(bench):
    folder = bench.folder / "ready.d"
    done = bench.folder / "done"
    script(folder, "1-array.sh", f"#!/bin/bash\na=(x y)\necho ${{a[1]}} $0 >> {done}\n")
    script(folder, "2-plain.sh", f"b=(p q); echo ${{b[1]}} >> {done}\n", executable=False)
    script(folder, "3-headless.sh", f"c=(r s); echo ${{c[1]}} >> {done}\n")
    script(folder, "4-fails.sh", "#!/bin/sh\nexit 3\n")
    script(folder, "5.py", f"import os\nopen('{done}', 'a').write(os.environ['AWS_ENDPOINT_URL'] + '\\n')\n")
    script(folder / "sub", "0.sh", f"#!/bin/sh\necho last >> {done}\n")
    (folder / "readme.txt").write_text("no script")
    with bench.started("--ready-dir", str(folder)) as cloud:
        for _ in range(100_000):
            ready = cloud.operator("/_localstack/init/ready")
            if ready["completed"]:
                break
        states = [(row["stage"], row["name"], row["state"]) for row in ready["scripts"]]
        assert states == [("READY", name, "ERROR" if "fails" in name else "SUCCESSFUL")
                          for name in ["1-array.sh", "2-plain.sh", "3-headless.sh", "4-fails.sh", "5.py", "0.sh"]], states
        every = cloud.operator("/_localstack/init")
        assert every["completed"] == {"BOOT": True, "START": True, "READY": True, "SHUTDOWN": False}, every
        assert every["scripts"] == ready["scripts"], every
        try:
            cloud.operator("/_localstack/init/none")
            raise AssertionError("a stage that is none was told of")
        except urllib.error.HTTPError as refused:
            assert refused.code == 404, refused
        assert done.read_text().split() == ["y", str(folder / "1-array.sh"), "q", "s", cloud.endpoint, "last"], done.read_text()
    _, said = bench.run("start", "--memory", "--ready-dir", str(bench.folder / "none"), status=1)
    assert "none: No such file or directory" in said and "name a folder" in said, said


@check("an empty AWS_ENDPOINT_URL never sends anybody to AWS, and what is no endpoint is refused")
def _(bench):
    told, _ = bench.run("env", AWS_ENDPOINT_URL="")
    assert "export AWS_ENDPOINT_URL=http://127.0.0.1:4566" in told, told
    # What counts more than the variable for all services is taken away.
    told, _ = bench.run("env", AWS_ENDPOINT_URL_SQS="https://sqs.us-east-1.amazonaws.com", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="true")
    assert "unset AWS_ENDPOINT_URL_SQS" in told and "unset AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" in told, told
    for wrong in ["foo", "http://", "https://cloud.example"]:
        told, said = bench.run("env", "--endpoint", wrong, status=1)
        assert told == "" and wrong in said, (told, said)


@check("AWS's CLI reaches host-prefixed operations after `terrella env`")
def _(bench):
    with bench.started() as cloud:
        for command in [f"stepfunctions start-sync-execution --state-machine-arn {MACHINE}",
                        "servicediscovery discover-instances --namespace-name a --service-name b"]:
            _, said = bench.shell(cloud, f"{bench.aws()} {command}")
            # The CLI's words for an error that somebody answered, whether or not the cloud has the operation.
            assert "An error occurred (" in said, said
        has_hosts = next(row["there"] for row in json.loads(bench.run("doctor", "--json", "--endpoint", cloud.endpoint)[0])["machine"]
                         if row["what"] == "*.localhost")
        told, said = bench.run("env", "--hosts", "--endpoint", cloud.endpoint, status=0 if has_hosts else 1)
        assert ("AWS_ENDPOINT_URL_SFN=http://states.localhost:" in told) if has_hosts else ("lead nowhere" in said), told + said


@check("after `terrella env --tls` the verbs still find the cloud, and the certificate is in a folder of the user's own")
def _(bench):
    with bench.started() as cloud:
        told = json.loads(bench.run("env", "--tls", "--json", "--endpoint", cloud.endpoint)[0])
        secure = told["AWS_ENDPOINT_URL"]
        assert secure == cloud.endpoint.replace("http:", "https:"), told
        bench.run("log", AWS_ENDPOINT_URL=secure)
        assert json.loads(bench.run("doctor", "--json", AWS_ENDPOINT_URL=secure)[0])["answers"]
        # It trusts the same authority when it is asked once more without the flag.
        assert json.loads(bench.run("env", "--json", AWS_ENDPOINT_URL=secure)[0]) == told
        file = pathlib.Path(told["AWS_CA_BUNDLE"])
        assert file.parent == bench.folder / ".cache" / "terrella" and file.read_text().startswith("-----BEGIN CERT"), told
        assert file.stat().st_mode & 0o777 == 0o600 and file.parent.stat().st_mode & 0o777 == 0o700
        assert [entry.name for entry in file.parent.iterdir()] == [file.name]
        # What somebody laid there is replaced, never followed.
        prey = bench.folder / "prey"
        prey.write_text("mine")
        file.unlink()
        file.symlink_to(prey)
        bench.run("env", "--tls", "--endpoint", cloud.endpoint)
        assert prey.read_text() == "mine" and not file.is_symlink()
        status, said = bench.shell(cloud, f"{bench.aws()} sts get-caller-identity", "--tls")
        assert status == 0 and "000000000000" in said, said


@check("health has the names of hosts and of clients, and the store is told as JSON")
def _(bench):
    with bench.started() as cloud:
        services = cloud.operator("/_localstack/health")["services"]
        for name in ["sqs", "cloudwatch", "monitoring", "stepfunctions", "states", "cognito-idp"]:
            assert services.get(name) == "running", services
        assert cloud.operator("/_localstack/info")["store"]["commit"] >= 0
        assert json.loads(bench.run("doctor", "--json", "--endpoint", cloud.endpoint)[0])["store"]["foldError"] is None


@check("what is misspelt is refused or doubted")
def _(bench):
    with bench.started() as cloud:
        at = ("--endpoint", cloud.endpoint)
        _, said = bench.run("fault", "add", '{"service":"nosuch","error":"500"}', *at, status=1)
        assert "there is no service 'nosuch'" in said, said
        _, said = bench.run("fault", "add", '{"service":"stepfunctions","error":"500"}', *at, status=1)
        assert "goes by the name 'states' here" in said, said
        _, said = bench.run("log", "--service", "nosuch", *at, status=1)
        assert "there is no service 'nosuch'" in said, said
        bench.run("log", "--service", "sqs", *at)
        bench.run("log", "--service", "terrella", *at)
        for verb in [("log", "--region", "mars"), ("inventory", "--region", "mars"), ("fault", "add", '{"region":"mars","error":"500"}')]:
            _, said = bench.run(*verb, *at)
            assert "AWS has no region 'mars'" in said, (verb, said)
        assert cloud.first["durability"] is None and cloud.first["data"] is None, cloud.first
    _, said = bench.run("start", "--memory", "--durability", "fsync", status=2)
    assert "cannot be used with" in said, said


@check("errors say what to do next")
def _(bench):
    (bench.folder / "file").write_text("")
    _, said = bench.run("start", "--listen", "127.0.0.1:0", "--data", str(bench.folder / "file" / "data"), status=1)
    assert "--data DIR" in said and "--memory" in said, said
    _, said = bench.run("start", "--memory", "--listen", "192.0.2.1:4566", status=1)
    assert "no address of this machine" in said and "--listen" in said, said
    _, said = bench.run("start", "--memory", "--listen", "cloud.example:4566", status=2)
    assert "write such as 127.0.0.1:4566" in said, said
    with bench.started(listen=("--listen", "localhost:0")) as cloud:
        at = ("--endpoint", cloud.endpoint)
        missing = bench.folder / "none" / "a.snapshot"
        _, said = bench.run("snapshot", "save", str(missing), *at, status=1)
        assert f"cannot be written to {missing}:" in said and "draft" not in said and "a folder that is there" in said, said
        whole = bench.folder / "whole.snapshot"
        bench.run("snapshot", "save", str(whole), *at)
        whole.write_bytes(whole.read_bytes()[:-1])
        for verb in [("snapshot", "load", str(whole), *at), ("snapshot", "load", str(whole), "--data", str(bench.folder / "new"))]:
            _, said = bench.run(*verb, status=1)
            assert "save the snapshot again, or load another" in said and "data directory" not in said, said


@check("help names defaults, units and what is refused")
def _(bench):
    for verb, words in [("start", ["default: .terrella", "127.0.0.1:4566"]), ("wind", ["ms", " w", "plain number"]), ("reset", ["Without --yes"])]:
        told = " ".join(bench.run(verb, "--help")[0].split())
        assert all(word in told for word in words), told


@check("up says by how much it wound the clock over a queue's minute")
def _(bench):
    estate = bench.folder / "estate"
    estate.mkdir()
    (estate / "estate.toml").write_text('name = "small"\n[[stack]]\nname = "small"\ntemplate = "t.json"\n')
    (estate / "t.json").write_text(TEMPLATE)
    with bench.started() as cloud:
        verb = lambda name, *flags: json.loads(bench.run(name, str(estate), "--json", *flags, "--endpoint", cloud.endpoint)[0])
        assert verb("up")["woundSeconds"] == 0
        verb("down", "--keep-cloud")
        again = verb("up")
        assert again["stacks"][0]["result"] == "created" and 0 < again["woundSeconds"] <= 61, again


def main():
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--binary", default=default_binary())
    flags = flags.parse_args()
    failed = 0
    for title, run in CHECKS:
        with tempfile.TemporaryDirectory(prefix="terrella-starts-") as folder:
            try:
                run(Bench(flags.binary, folder))
                print(f"ok      {title}", flush=True)
            except Exception as error:  # One check must not hide the others.
                failed += 1
                print(f"FAILED  {title}: {type(error).__name__}: {error}", flush=True)
    print(f"{len(CHECKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
