"""Evaluates botocore's endpoint-rule-set-1 for a region: the only source that says where a service lives.

https://smithy.io/2.0/additional-specs/rules-engine/specification.html
"""
import re
import urllib.parse


class Partitions:
    """partitions.json, asked by region."""

    def __init__(self, document):
        self.all = document["partitions"]

    def of(self, region):
        """The outputs of the partition that has `region`, as `aws.partition` gives them."""
        for p in self.all:
            if region in p["regions"]:
                return p["outputs"] | p["regions"][region]
        for p in self.all:
            if re.match(p["regionRegex"], region):
                return p["outputs"]
        return self.all[0]["outputs"]


def resolve(rules, partitions, region):
    """The (host, signing region or None) of `region`, or None where the rules give an error."""
    scope = {k: p["default"] for k, p in rules["parameters"].items() if "default" in p}
    scope["Region"] = region
    endpoint = first(rules["rules"], scope, partitions)
    if endpoint is None:
        return None
    endpoint, scope = endpoint
    url = value(endpoint["url"], scope, partitions)
    schemes = endpoint.get("properties", {}).get("authSchemes", [])
    signing = schemes[0].get("signingRegion") if schemes else None
    return urllib.parse.urlsplit(url).netloc, signing and value(signing, scope, partitions)


def first(rules, scope, partitions):
    """The first endpoint whose conditions hold, with the names they bound; None at an error rule."""
    for rule in rules:
        bound = dict(scope)
        if not all(holds(c, bound, partitions) for c in rule.get("conditions", [])):
            continue
        if rule["type"] == "tree":
            return first(rule["rules"], bound, partitions)
        return (rule["endpoint"], bound) if rule["type"] == "endpoint" else None
    return None


def holds(condition, scope, partitions):
    result = value(condition, scope, partitions)
    if "assign" in condition and result is not None:
        scope[condition["assign"]] = result
    return result is not None and result is not False


def value(expression, scope, partitions):
    """The value of a literal, a template, a reference or a call; None if it has none."""
    if isinstance(expression, str):
        return re.sub(r"\{([^{}]+)\}", lambda m: path(scope, m[1].replace("#", ".")), expression)
    if not isinstance(expression, dict):
        return expression
    if "ref" in expression:
        return scope.get(expression["ref"])
    return call(expression["fn"], [value(a, scope, partitions) for a in expression["argv"]], partitions)


def call(function, args, partitions):
    """The functions that a rule set meets when only the region is given."""
    match function, args:
        case "isSet", [x]:
            return x is not None
        case "not", [x]:
            return not x
        case ("booleanEquals" | "stringEquals"), [x, y]:
            return x == y
        case "getAttr", [x, name]:
            return path(x, name)
        case "aws.partition", [region]:
            return partitions.of(region)
        case "isValidHostLabel", [label, _]:
            return label is not None and re.fullmatch(r"(?!-)[A-Za-z0-9-]{1,63}", label) is not None
        case "parseURL", [None]:
            return None
        case ("aws.parseArn" | "substring" | "aws.isVirtualHostableS3Bucket" | "uriEncode"), [None, *_]:
            return None
    raise SystemExit(f"endpoint rules: {function}{args} is not evaluated")


def path(start, dotted):
    """The attribute `dotted` of `start`."""
    for name in dotted.split("."):
        if start is None:
            return None
        start = start.get(name)
    return start
