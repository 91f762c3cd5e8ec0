#!/usr/bin/env python3
"""Makes the protocol cases and the models that they are written against. See README.md.

    python3 tests/protocols/vectors/make.py [--check] [--cache DIR]

Needs pip, mvn and java. botocore's cases come from its source distribution; Smithy's models from Maven Central.
Smithy's cases are kept as they were extracted from Smithy's repository: Maven lacks the newest of them.
"""
import argparse
import filecmp
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "models"))

from fetch import PINS  # noqa: E402
from fetching import lines, packages  # noqa: E402
from fits import case_misfits  # noqa: E402
from smithy_to_service2 import Converter, PROTOCOLS, local, protocol_of  # noqa: E402

# software.amazon.smithy artifacts. The tools are of one release; of the others, the newest on Maven Central.
ARTIFACTS = {
    "smithy-aws-protocol-tests": "1.74.1",
    "smithy-protocol-tests": "1.54.0",
    "smithy-validation-model": "1.67.0",
    "smithy-aws-traits": "1.73.0",
    "smithy-protocol-traits": "1.73.0",
    "smithy-protocol-test-traits": "1.73.0",
    "smithy-build": "1.73.0",
    "smithy-cli": "1.73.0",
    "smithy-diff": "1.73.0",
    "smithy-model": "1.73.0",
    "smithy-syntax": "1.73.0",
    "smithy-utils": "1.73.0",
}
# The artifacts that hold .smithy files; the rest are the tool.
MODELS = [a for a in ARTIFACTS if re.search("tests$|traits$|validation-model$", a)]
# A namespace whose one tested operation belongs to no service: it gets one here.
ORPHANS = "aws.protocoltests.misc"


def jars(cache):
    """Downloads the artifacts with Maven's own client; returns the folder that holds them."""
    folder = cache / "jars"
    if folder.exists():
        return folder
    dependency = "<groupId>software.amazon.smithy</groupId><artifactId>{}</artifactId><version>{}</version>"
    listed = "".join(f"<dependency>{dependency.format(*a)}</dependency>" for a in ARTIFACTS.items())
    own = "<groupId>vectors</groupId><artifactId>vectors</artifactId><version>1</version><packaging>pom</packaging>"
    pom = cache / "pom.xml"
    pom.write_text(
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        f"{own}<dependencies>{listed}</dependencies></project>"
    )
    goal = ["dependency:copy-dependencies", "-DexcludeTransitive=true", f"-DoutputDirectory={folder}"]
    subprocess.run(["mvn", "-q", "-B", "-f", str(pom), *goal], check=True)
    return folder


def read_ast(folder):
    """All shapes of the protocol tests, mixins flattened, as Smithy's own tool writes them."""
    path = ":".join(str(j) for j in sorted(folder.glob("*.jar")))
    models = [str(folder / f"{a}-{ARTIFACTS[a]}.jar") for a in MODELS]
    command = ["java", "-cp", path, "software.amazon.smithy.cli.SmithyCli", "ast", "--flatten", *models]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(run.stdout)["shapes"]


def converters(ast):
    """A converter for every service that speaks one of the protocols."""
    found = [s for s, v in ast.items() if v["type"] == "service" and set(v["traits"]) & set(PROTOCOLS)]
    served = {o["target"] for s in found for o in ast[s].get("operations", [])}
    loose = [s for s, v in ast.items() if v["type"] == "operation" and s.startswith(ORPHANS) and s not in served]
    ast[f"{ORPHANS}#Misc"] = {"type": "service", "version": "2020-01-01", "traits": {"aws.protocols#restJson1": {}}}
    return [Converter(ast, s) for s in found] + [Converter(ast, f"{ORPHANS}#Misc", loose)]


def write_models(ast, out):
    """Writes smithy/models/<protocol>/<Service>.json; returns operation id -> (model, operation)."""
    owner = {}
    for c in converters(ast):
        model = f"{c.smithy_protocol}/{local(c.service_id)}"
        sections = c.sections()
        lines.write(out / "models" / f"{model}.json", sections)
        owner |= {o: (model, local(o)) for o in c.operations}
        print(f"{model}: {len(sections['operations'])} operations, {len(sections['shapes'])} shapes")
    return owner


def tested(ast):
    """Case id -> the ids of the shapes that have such a case."""
    out = {}
    for shape, body in ast.items():
        for trait, cases in body.get("traits", {}).items():
            if trait.startswith("smithy.test#http") and isinstance(cases, list):
                for case in cases:
                    out.setdefault(case["id"], set()).add(shape)
    return out


def write_index(ast, owner, out):
    """Writes smithy/index.json: for each `file#shape` of the cases, the model and operation, and the error if any."""
    shapes_of, index, missing, wrong = tested(ast), {}, {}, []
    for path in sorted(out.glob("*.json")):
        if path.name in ("index.json", "eventStreams.json"):
            continue
        for case in json.loads(path.read_text(encoding="utf-8")):
            key = f"{case['file']}#{case['shape']}"
            # A case with parameters was written out as one case for each: <id>_case<n>.
            ids = shapes_of.get(re.sub(r"_case\d+$", "", case["id"]), set())
            place = locate(ast, owner, [s for s in ids if local(s) == case["shape"]])
            if place:
                index[key] = place
                model = json.loads((out / "models" / f"{place['model']}.json").read_text(encoding="utf-8"))
                wrong += [f"{case['id']}{m}" for m in case_misfits(model, place, case)]
            else:
                missing.setdefault(path.stem, []).append(case["id"])
    lines.write(out / "index.json", {"cases": dict(sorted(index.items())), "withoutModel": missing})
    if wrong:
        raise SystemExit("cases that do not fit their models:\n" + "\n".join(wrong))
    for protocol, ids in missing.items():
        print(f"{protocol}: {len(ids)} cases have no model on Maven Central")


def locate(ast, owner, shapes):
    """The place of a tested operation, or of an error by the first operation that has it."""
    for shape in shapes:
        if shape in owner:
            return dict(zip(("model", "operation"), owner[shape]))
        users = sorted(o for o in owner if any(e["target"] == shape for e in ast[o].get("errors", [])))
        if users:
            return dict(zip(("model", "operation"), owner[users[0]])) | {"error": local(shape)}
    return None


def write_event_streams(ast, owner, out):
    """Writes smithy/eventStreams.json: the event-stream cases, which the extracted files lack."""
    cases = {}
    for shape, body in ast.items():
        tests = body.get("traits", {}).get("smithy.test#eventStreamTests", [])
        for case in tests:
            model, operation = owner[shape]
            cases[case["id"]] = {"model": model, "operation": operation} | case
    lines.write(out / "eventStreams.json", {"cases": dict(sorted(cases.items()))})
    print(f"event streams: {len(cases)} cases")


def write_botocore(cache, out):
    """Copies botocore's input and output cases, with their licence."""
    source = packages.fetch_sdist(cache, *PINS["botocore"][1:])
    for side in ("input", "output"):
        shutil.copytree(source / "tests/unit/protocols" / side, out / side)
    shutil.copyfile(source / "LICENSE.txt", out / "LICENSE")
    shutil.copyfile(source / "NOTICE", out / "NOTICE")


def make(cache, out):
    """Writes everything below the folder `out`."""
    shutil.copytree(HERE / "smithy", out / "smithy", ignore=lambda _, names: set(names) & MADE)
    (out / "botocore").mkdir()
    write_botocore(cache, out / "botocore")
    ast = read_ast(jars(cache))
    owner = write_models(ast, out / "smithy")
    write_index(ast, owner, out / "smithy")
    write_event_streams(ast, owner, out / "smithy")


# What of smithy/ is made here; its other files are the extracted cases.
MADE = {"models", "index.json", "eventStreams.json"}


def files(root):
    folders = [root / "botocore", root / "smithy"]
    return sorted(p.relative_to(root) for f in folders for p in f.rglob("*") if p.is_file())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--cache", type=pathlib.Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as tmp:
        cache, out = (args.cache or pathlib.Path(tmp) / "cache").resolve(), pathlib.Path(tmp) / "out"
        cache.mkdir(parents=True, exist_ok=True)
        out.mkdir()
        make(cache, out)
        if args.check:
            same = files(HERE) == files(out) and all(filecmp.cmp(HERE / f, out / f, shallow=False) for f in files(out))
            sys.exit(print("all as committed") if same else "the committed files differ from a fresh make")
        for folder in ("botocore", "smithy"):
            shutil.rmtree(HERE / folder, ignore_errors=True)
            shutil.copytree(out / folder, HERE / folder)
        total = sum((HERE / f).stat().st_size for f in files(HERE))
        print(f"{len(files(HERE))} files, {total:,} bytes")


if __name__ == "__main__":
    main()
