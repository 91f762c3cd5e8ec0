"""What a JSON service's last Query model tells of its Query protocol, grafted onto today's model.

SQS has both protocols on one endpoint, but botocore's model lost the Query names when it turned to JSON. Members get a
`queryName`, which the JSON protocol does not look at; errors get their Query code; results their wrapper.
"""
import json

from . import lines


def graft(model, query):
    """Writes the Query facts of the model file `query` into the model file `model`."""
    today, old = (json.loads(path.read_text(encoding="utf-8")) for path in (model, query))
    today["metadata"]["protocols"] = [*today["metadata"]["protocols"], "query"]
    today["metadata"]["xmlNamespace"] = old["metadata"]["xmlNamespace"]
    for name, operation in old["operations"].items():
        wrapper = operation.get("output", {}).get("resultWrapper")
        if wrapper and "output" in today["operations"][name]:
            today["operations"][name]["output"]["resultWrapper"] = wrapper
    for name, shape in old["shapes"].items():
        if name in today["shapes"]:
            graft_shape(today["shapes"][name], shape)
    lines.write(model, today)


def graft_shape(today, old):
    if "error" in old:
        today["error"] = old["error"]
    for part in ("member", "key", "value"):
        graft_name(today.get(part), old.get(part))
    for name, member in old.get("members", {}).items():
        graft_name(today.get("members", {}).get(name), member)


def graft_name(today, old):
    if today is not None and old is not None and "locationName" in old:
        today["queryName"] = old["locationName"]
