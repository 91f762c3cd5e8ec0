"""CloudFormation's resource types: their properties, and what changing one means."""
import json

from . import lines

# The services whose resource types are wanted, by the middle of `AWS::SQS::Queue`; all of their types, or those named.
TYPES = {
    "AccessAnalyzer": "Analyzer",
    "ApiGateway": None,
    "CDK": None,
    "CloudFormation": "CustomResource Stack WaitCondition WaitConditionHandle",
    "CloudTrail": "Trail",
    "CloudWatch": None,
    "Cognito": None,
    "DynamoDB": None,
    "EC2": """EIP FlowLog InternetGateway NatGateway NetworkAcl NetworkAclEntry NetworkInterface Route RouteTable
        SecurityGroup SecurityGroupEgress SecurityGroupIngress Subnet SubnetNetworkAclAssociation
        SubnetRouteTableAssociation VPC VPCEndpoint VPCGatewayAttachment""",
    "Events": None,
    "IAM": None,
    "IdentityStore": None,
    "KMS": None,
    "Lambda": None,
    "Logs": None,
    "Organizations": None,
    "RAM": None,
    "S3": None,
    "SNS": None,
    "SQS": None,
    "SSO": "Assignment Instance InstanceAccessControlAttributeConfiguration PermissionSet",
    "SSM": "Parameter",
    "SecretsManager": None,
    "StepFunctions": None,
    "XRay": None,
}
# What is kept of a type, and of a property. The rest is prose, or what the service itself checks.
TOP = ["createOnlyProperties", "conditionalCreateOnlyProperties", "readOnlyProperties", "writeOnlyProperties",
       "primaryIdentifier"]
KEPT = ["type", "enum", "required", "additionalProperties", "uniqueItems", "$ref"]
BRANCHES = ["oneOf", "anyOf", "allOf"]


def write(source, out):
    """Writes <Service>.json, one type a line. `source` is cfn-lint."""
    folder = source / "cfnlint/data/schemas"
    files = json.loads((folder / "providers/us-east-1.json").read_text(encoding="utf-8"))
    total = 0
    for service, wanted in TYPES.items():
        prefix = f"AWS::{service}::"
        names = sorted(n for n in files if n.startswith(prefix) and (not wanted or n[len(prefix):] in wanted.split()))
        types = {name: kind(json.loads((folder / "resources" / f"{files[name]}.json").read_text(encoding="utf-8")))
                 for name in names}
        lines.write(out / f"{service}.json", {"types": types})
        total += len(types)
    print(f"cloudformation: {len(TYPES)} services, {total} resource types")


def kind(schema):
    """One resource type."""
    found = node(schema)
    out = {"properties": found.get("properties", {})}
    if schema.get("required"):
        out["required"] = schema["required"]
    for key in TOP:
        if schema.get(key):
            out[key] = [pointer.removeprefix("/properties/") for pointer in schema[key]]
    tagging = schema.get("tagging", {})
    if tagging.get("taggable"):
        out["tagProperty"] = tagging.get("tagProperty", "/properties/Tags").removeprefix("/properties/")
    definitions = {name: node(definition) for name, definition in schema.get("definitions", {}).items()}
    if definitions:
        out["definitions"] = definitions
    return out


def node(schema):
    """A property or definition. What stands in branches is added to it: which of them holds, the service says."""
    out = {key: schema[key] for key in KEPT if key in schema}
    out.pop("required", None) if any(branch in schema for branch in BRANCHES) else None
    properties = dict(schema.get("properties", {}))
    for branch in BRANCHES:
        for inner in schema.get(branch, []):
            for name, value in inner.get("properties", {}).items():
                properties.setdefault(name, value)
            for key in ("type", "$ref"):
                if key in inner and key not in out and "properties" not in schema:
                    out[key] = inner[key]
    if properties:
        out["properties"] = {name: node(value) for name, value in properties.items()}
    if "patternProperties" in schema:
        out["patternProperties"] = {name: node(value) for name, value in schema["patternProperties"].items()}
    if isinstance(schema.get("additionalProperties"), dict):
        out["additionalProperties"] = node(schema["additionalProperties"])
    if isinstance(schema.get("items"), dict):
        out["items"] = node(schema["items"])
    return out
