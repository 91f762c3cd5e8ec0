"""Runs docs/denials.md as it stands: every command, in order, in one shell, by AWS's CLI against the real binary. A block that is followed by an error must
fail with that error; every other command must succeed.

usage: denials.py --binary PATH
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from cloud import Cloud  # noqa: E402

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "denials.md"
MARK = "@@block"
FENCE = re.compile(r"^```(sh)?\n(.*?)^```\n", re.M | re.S)


def blocks():
    """Each block of commands, with the error that it must end with or None."""
    found = []
    for kind, text in FENCE.findall(PAGE.read_text()):
        if kind == "sh":
            found.append((text, None))
        else:
            assert found and found[-1][1] is None, f"this error follows no commands: {text}"
            found[-1] = (found[-1][0], text)
    return found


def fits(expected, said):
    """Whether an error is told in these words; lines may be broken anywhere, and `…` stands for what differs."""
    words = lambda text: " ".join(text.split())
    parts = [re.escape(part) for part in words(expected).split("…")]
    return re.search("[^ ]*".join(parts) + r"$", words(said)) is not None


def shell(binary, endpoint, steps):
    """The status and the output of each block, all run by one shell: what a block sets, later ones know."""
    # The page is written for a cloud at the usual place: this one is elsewhere.
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LOCALSTACK", "GATEWAY_"))}
    own |= {"PATH": os.pathsep.join([str(binary.parent), str(pathlib.Path(sys.executable).parent), own["PATH"]]), "AWS_PAGER": "",
            "AWS_ENDPOINT_URL": endpoint, "AWS_MAX_ATTEMPTS": "1", "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    # A block fails as soon as one of its commands does, and the shell goes on with the next block.
    parts = [f"failed=0; trap 'failed=1' ERR\n{text}\ntrap - ERR; echo; echo {MARK} $failed" for text, _ in steps]
    done = subprocess.run(["bash", "-c", "exec 2>&1\n" + "\n".join(parts)], env=own, capture_output=True, text=True, timeout=300)
    said = re.split(rf"\n{MARK} (\d)\n", done.stdout)
    return [(int(status), output) for output, status in zip(said[::2], said[1::2])]


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("--binary", required=True)
    flags = flags.parse_args()
    binary = pathlib.Path(flags.binary).resolve()
    steps = blocks()
    assert sum(error is not None for _, error in steps) >= 5, "fewer than five denials are told"
    with tempfile.TemporaryDirectory() as data:
        cloud = Cloud(binary, data, "--log", "error").start()
        try:
            said = shell(binary, cloud.endpoint, steps)
        finally:
            cloud.end()
    for (text, error), (status, output) in zip(steps, said, strict=True):
        if error is None:
            assert status == 0, f"{text}\nfails: {output}"
        else:
            assert status != 0, f"{text}\nis let through"
            assert fits(error, output), f"{text}\nis told\n{output}\nand not\n{error}"
    print(f"{sum(error is not None for _, error in steps)} denials told as the page tells them, in {len(steps)} blocks of commands")


if __name__ == "__main__":
    main()
