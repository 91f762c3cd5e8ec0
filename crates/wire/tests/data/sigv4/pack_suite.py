#!/usr/bin/env python3
"""Packs AWS's signature test suite into one file, aws-signing-test-suite.json.

The suite is the folder aws-signing-test-suite/v4 of the crate aws-sigv4 (Apache-2.0, LICENSE-aws-sigv4 beside this file):
    pack_suite.py ~/.cargo/registry/src/<index>/aws-sigv4-1.6.4/aws-signing-test-suite/v4
"""
import json
import pathlib
import sys

suite = {}
for case in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    # Two cases of the crate's own lack the context; their files are of different dates and keys.
    if not (case / "context.json").exists():
        continue
    files = {}
    for file in sorted(case.iterdir()):
        text = file.read_text()
        files[file.stem] = json.loads(text) if file.suffix == ".json" else text
    suite[case.name] = files
out = pathlib.Path(__file__).with_name("aws-signing-test-suite.json")
out.write_text(json.dumps(suite, indent=1, ensure_ascii=False) + "\n")
print(len(suite), "cases")
