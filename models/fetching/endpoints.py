"""Partitions, regions, and where each service lives."""
import json

from . import botocore_models, endpoint_rules, lines


def write(source, metadata, out):
    """Writes endpoints.json for the services of `metadata`."""
    data = source / "botocore" / "data"
    partitions = json.loads((data / "partitions.json").read_text(encoding="utf-8"))
    known = endpoint_rules.Partitions(partitions)
    services = {}
    for service, meta in metadata.items():
        rules = botocore_models.load(botocore_models.latest(data, service), "endpoint-rule-set-1")
        services[service] = entry(meta, rules, known)
    sections = {
        "partitions": {p["id"]: partition(p) for p in known.all},
        "services": services,
    }
    lines.write(out, sections)
    print(f"endpoints: {len(known.all)} partitions, {len(services)} services")


def partition(p):
    """One partition: its suffixes and its regions. Pseudo regions (aws-global) are left out: no request names one."""
    outputs = p["outputs"]
    regions = {r: d.get("description", r) for r, d in sorted(p["regions"].items()) if not r.endswith("-global")}
    return {
        "dnsSuffix": outputs["dnsSuffix"],
        "dualStackDnsSuffix": outputs["dualStackDnsSuffix"],
        "implicitGlobalRegion": outputs["implicitGlobalRegion"],
        "regionRegex": p["regionRegex"],
        "regions": regions,
    }


def entry(meta, rules, partitions):
    """One service: what clients sign with, and its host. `hosts` names the partitions whose host differs."""
    prefix = meta["endpointPrefix"]
    out = {"endpointPrefix": prefix, "signingName": meta.get("signingName", prefix)}
    usual = place(rules, partitions, partitions.all[0], False)
    out |= usual
    hosts = {p["id"]: place(rules, partitions, p, "global" in usual) for p in partitions.all}
    others = {p: h for p, h in hosts.items() if h not in (usual, None)}
    if others:
        out["partitions"] = others
    return out


def place(rules, partitions, p, likely_global):
    """The host of a service in a partition, as a template, and the region to sign for where it is global.

    A service is global in a partition if two regions give one host. A partition of one region cannot tell: there
    it is global if it is so in the first partition (`likely_global`) and the rules fix the region to sign for.
    None: the rules know no endpoint there.
    """
    implicit = p["outputs"]["implicitGlobalRegion"]
    regions = sorted((r for r in p["regions"] if not r.endswith("-global")), key=lambda r: (r == implicit, r))
    found = [endpoint_rules.resolve(rules, partitions, r) for r in regions]
    if found[0] is None:
        return None
    host, signing = found[0]
    if len({f and f[0] for f in found}) == 1 and (len(regions) > 1 or likely_global and signing):
        return {"host": template(host, p), "global": True, "signingRegion": signing or implicit}
    return {"host": template(host, p).replace(regions[0], "{region}")}


def template(host, p):
    """The host with its DNS suffix as a placeholder."""
    for name in ("dualStackDnsSuffix", "dnsSuffix"):
        if host.endswith("." + p["outputs"][name]):
            return host.removesuffix(p["outputs"][name]) + "{" + name + "}"
    return host
