#!/usr/bin/env python3
"""What each stage of a small request costs, in instructions: counted by callgrind, so that nothing else that the machine does disturbs it.

usage: stages.py [--binary PATH] [--count 600] [--only NAME]

Runs crates/testkit/examples/stages.rs, which hands captured requests to the cloud on one thread, with everything on. Beside the
instructions stands how many lines of code (64 bytes) were not in a first-level cache of 32 KiB: between two requests of a busy server
other code runs, so that each of them costs a look into a slower cache, which is most of what a request takes there.
A stage includes what it calls; lines that are set in are parts of the one above. Callgrind's processor has no instructions for SHA-256: on
one that has them, `hashes` take a tenth.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROUND = 200  # The example sends so many before it counts, and then as many again and again.
CASES = ["GetCallerIdentity (root)", "GetCallerIdentity (user)", "ReceiveMessage (user)", "SendMessage (user)"]
STAGES = [
    ("all", r"^PROGRAM TOTALS$"),
    ("read the credentials", r"wire::sigv4::parse::parse$"),
    ("verify the signature", r"sigv4::verify::verify$"),
    ("  hashes", r"sha256_block_data_order$"),
    ("decode", r"Flow>?::decode$"),
    ("validate", r"Flow>?::validate$"),
    ("authorise", r"Flow>?::authorize$"),
    ("  the policies", r"judge::Case::rule$"),
    ("handle", r"pipeline::run::guarded$"),
    ("write the record", r"Flow>?::complete_record$"),
    ("encode the record", r"ledger::record::encode$"),
    ("commit", r"service::cx::Cx::commit$"),
    ("keep the record", r"ledger::ledger::Ledger::put_all$"),
    ("effects", r"Cloud>?::take_effect$"),
    ("reply", r"Flow>?::reply$"),
]


def arguments():
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", HERE.parent / "target"))
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--binary", default=str(target / "dist" / "examples" / "stages"))
    flags.add_argument("--count", type=int, default=600)
    flags.add_argument("--only", default="")
    return flags.parse_args()


def counted(binary, case, count):
    """Instructions and misses by function, with what it calls, a request."""
    with tempfile.TemporaryDirectory() as scratch:
        out = f"{scratch}/callgrind"
        command = ["valgrind", "--tool=callgrind", "--cache-sim=yes", "--I1=32768,8,64", "--D1=32768,8,64", "--LL=524288,8,64",
                   f"--callgrind-out-file={out}", "--toggle-collect=stages::answer", binary, case, str(count)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | {"TMPDIR": scratch})
        annotate = ["callgrind_annotate", "--inclusive=yes", "--threshold=100", "--show=Ir,I1mr", out]
        said = subprocess.run(annotate, check=True, capture_output=True, text=True).stdout
    calls = ROUND + -(-count // ROUND) * ROUND
    functions = {}
    for line in said.splitlines():
        found = re.match(r"\s*([\d,]+) \([^)]*\)\s+([\d,.]+)(?: \([^)]*\))?\s+(?:\S*?:)?(PROGRAM TOTALS|.*?)(?: \[.*)?$", line)
        if found:
            ir, misses = (int(text.replace(",", "").replace(".", "") or 0) for text in found.groups()[:2])
            name = found[3]
            functions[name] = max(functions.get(name, (0, 0)), (ir / calls, misses / calls))
    return functions


def main():
    flags = arguments()
    for tool in ("valgrind", "callgrind_annotate"):
        if not shutil.which(tool):
            sys.exit(f"{tool} is missing: apt-get install -y valgrind")
    if not os.path.exists(flags.binary):
        sys.exit(f"{flags.binary} is missing: cargo build --profile dist -p testkit --example stages --config profile.dist.strip=false")
    for case in CASES:
        if flags.only not in case:
            continue
        functions = counted(flags.binary, case, flags.count)
        print(f"\n{case:36} instructions   lines of code missed")
        for label, pattern in STAGES:
            found = [cost for name, cost in functions.items() if re.search(pattern, name)]
            if found:
                ir, misses = max(found)
                print(f"{label:36} {ir:12,.0f} {misses:16,.0f}")


if __name__ == "__main__":
    main()
