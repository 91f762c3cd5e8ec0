"""The estates' templates, without a cloud: valid on AWS in all their conditions, and complete for the rows that are dark.

usage: templates.py
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
OFF, ON = 'Stands: "no"', 'Stands: "yes"'


class Loader(yaml.SafeLoader):
    """YAML whose short forms of functions are what they stand on."""


Loader.add_multi_constructor("!", lambda loader, _, node: {
    yaml.ScalarNode: loader.construct_scalar, yaml.SequenceNode: loader.construct_sequence, yaml.MappingNode: loader.construct_mapping,
}[type(node)](node))


def lint(text):
    """What cfn-lint finds in a template, warnings included, and its exit status."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        run = subprocess.run([pathlib.Path(sys.executable).parent / "cfn-lint", "--", file.name], capture_output=True, text=True)
    return run.returncode, run.stdout + run.stderr


def linted(name, text):
    """Clean as it is and with all its parts; and what stands behind a condition is looked at, too."""
    for state, tried in [("as it is", text), ("with all its parts", text.replace(OFF, ON))]:
        code, said = lint(tried)
        assert code == 0, f"{name}, {state}: {said}"
    if OFF in text:
        broken = re.sub(r"(?m)^(    Type: AWS::EC2::VPC\n.*\n    Properties:\n)", r"\1      NoProperty: true\n", text)
        assert broken != text, f"{name} has no VPC to break"
        code, said = lint(broken)
        assert code != 0 and "NoProperty" in said, f"{name}: a wrong property behind a condition was not found"


def complete(folder, template):
    """Each row that proof.md leaves dark has its resources, each behind a condition, or a reason to have none."""
    rows = re.findall(r"(?m)^\| ([CEKNPU]\d+\.\d+) \|", (folder / "rows.md").read_text())
    shown = {row for heading in re.findall(r"(?m)^## ([^:\n]+):", (folder / "proof.md").read_text()) for row in heading.split(", ")}
    parts = tomllib.loads((folder / "parts.toml").read_text())
    dark = [row for row in rows if row not in shown]
    named = parts["rows"].keys() | parts["without"].keys()
    assert sorted(dark) == sorted(named), f"not both dark and in parts.toml: {sorted(set(dark) ^ named)}"
    there = template["Resources"] | template["Outputs"]
    for row, names in parts["rows"].items():
        for name in names:
            assert name in there, f"{row}: {name} is not in the template"
            assert there[name].get("Condition"), f"{row}: {name} stands without a condition, so {row} may be shown"
    used = {name for names in parts["rows"].values() for name in names}
    return len(dark), len(used & template["Resources"].keys())


def main():
    for folder in sorted((ROOT / "estates").iterdir()):
        manifest = folder / "estate.toml"
        if not manifest.exists():
            continue
        for stack in tomllib.loads(manifest.read_text())["stack"]:
            text = (folder / stack["template"]).read_text()
            linted(f"{folder.name}/{stack['template']}", text)
            template = yaml.load(text, Loader)
            count, behind = len(template["Resources"]), [r for r in template["Resources"].values() if "Condition" in r]
            assert count <= 500 and len(text.encode()) <= 1_048_576, f"{folder.name}: {count} resources, {len(text)} characters"
            said = f"{folder.name}: cfn-lint is content with {count} resources, {len(behind)} of them behind conditions"
            if (folder / "parts.toml").exists():
                dark, used = complete(folder, template)
                said += f"; {dark} dark rows have {used} of them"
            print(said)


if __name__ == "__main__":
    main()
