"""botocore's service-2 models without their prose.

Every key is named, kept or dropped: an unknown one stops the script, so that a new wire trait cannot be lost
unseen. Order of members is kept, since XML and query output follow it; operations and shapes are sorted.
"""
import gzip
import json

from . import lines

METADATA = """apiVersion auth awsQueryCompatible checksumFormat endpointPrefix globalEndpoint jsonVersion protocol
protocolSettings protocols serviceAbbreviation serviceFullName serviceId signatureVersion signingName targetPrefix
xmlNamespace""".split()
OPERATION = """auth authtype deprecated endpoint endpointdiscovery endpointoperation errors http httpChecksum
httpChecksumRequired idempotent input name output readonly requestcompression unsignedPayload""".split()
REFERENCE = "locationName resultWrapper shape xmlNamespace".split()
SHAPE = """box deprecated document enum error event eventstream exception fault flattened key locationName max member
members min pattern payload required requiresLength retryable sensitive sparse streaming timestampFormat type union
value wrapper xmlNamespace xmlOrder""".split()
MEMBER = """box deprecated enum eventheader eventpayload flattened hostLabel idempotencyToken jsonvalue location
locationName queryName sensitive shape streaming timestampFormat xmlAttribute xmlNamespace""".split()
HTTP = "method requestUri responseCode".split()
ERROR = "code httpStatusCode senderFault".split()
# What a server has no use for: prose, and inputs of the client's endpoint rules.
DROPPED = """clientContextParams contextParam deprecatedMessage deprecatedSince documentation documentationUrl examples
operationContextParams ripServiceName staticContextParams synthetic uid""".split()
# sdk-extras add members that only the SDK reads and never sends (SourceRegion, which it presigns into another).
CLIENT_EXTRAS = {"rds", "neptune"}
# S3 keeps and returns whatever Expires holds; the extra that makes it a timestamp is a courtesy to Python users.
CLIENT_EXTRAS |= {"s3"}


def keep(value, keys, where):
    """The dict `value` with only `keys`, in its own order. Stops at a key that no list names."""
    unknown = set(value) - set(keys) - set(DROPPED)
    if unknown:
        raise SystemExit(f"{where}: unknown keys {sorted(unknown)}: keep or drop them in botocore_models.py")
    return {k: v for k, v in value.items() if k in keys}


def operation(op, where):
    out = keep(op, OPERATION, where)
    out["http"] = keep(op["http"], HTTP, where)
    for side in ("input", "output"):
        if side in op:
            out[side] = keep(op[side], REFERENCE, where)
    if "errors" in op:
        # A reference may repeat what the shape says (exception, error): the shape is enough.
        out["errors"] = [{"shape": e["shape"]} for e in op["errors"]]
    return out


def shape(body, where):
    out = keep(body, SHAPE, where)
    if "members" in body:
        out["members"] = {n: keep(m, MEMBER, f"{where}.{n}") for n, m in body["members"].items()}
    for part in ("member", "key", "value"):
        if part in body:
            out[part] = keep(body[part], MEMBER, f"{where}.{part}")
    if "error" in body:
        out["error"] = keep(body["error"], ERROR, where)
    return out


def waiter(body):
    return {k: v for k, v in body.items() if k != "description"} | {
        "acceptors": [{k: v for k, v in a.items() if k != "description"} for a in body["acceptors"]]
    }


def load(folder, name):
    """The parsed file `name`.json or `name`.json.gz, merged with its sdk-extras; {} if there is none."""
    for path, opener in ((folder / f"{name}.json.gz", gzip.open), (folder / f"{name}.json", open)):
        if path.exists():
            with opener(path, "rt", encoding="utf-8") as f:
                model = json.load(f)
            break
    else:
        return {}
    extras = folder / f"{name}.sdk-extras.json"
    if extras.exists() and not (name == "service-2" and folder.parent.name in CLIENT_EXTRAS):
        merge(model, json.loads(extras.read_text(encoding="utf-8"))["merge"])
    return model


def merge(into, more):
    for k, v in more.items():
        if isinstance(v, dict) and isinstance(into.get(k), dict):
            merge(into[k], v)
        else:
            into[k] = v


def latest(data, service):
    """The folder of the newest API version."""
    return max(p for p in (data / service).iterdir() if p.is_dir())


def write(source, services, out):
    """Writes one file a service; returns each service's metadata."""
    data, metadata = source / "botocore" / "data", {}
    for service in sorted(services):
        folder = latest(data, service)
        model = load(folder, "service-2")
        operations = {n: operation(o, f"{service}:{n}") for n, o in sorted(model["operations"].items())}
        shapes = {n: shape(s, f"{service}#{n}") for n, s in sorted(model["shapes"].items())}
        metadata[service] = keep(model["metadata"], METADATA, service)
        paginators = load(folder, "paginators-1").get("pagination", {})
        waiters = load(folder, "waiters-2").get("waiters", {})
        sections = {
            "metadata": metadata[service],
            "operations": operations,
            "shapes": shapes,
            "paginators": dict(sorted(paginators.items())),
            "waiters": {n: waiter(w) for n, w in sorted(waiters.items())},
        }
        lines.write(out / f"{service}.json", sections)
        print(f"{service} {folder.name}: {len(operations)} operations, {len(shapes)} shapes")
    return metadata
