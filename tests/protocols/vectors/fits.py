"""Says whether the parameters of a case fit the model it is said to be written against."""

KINDS = {
    "string": str,
    "blob": str,
    "boolean": bool,
    "timestamp": (int, float, str),
    "float": (int, float, str),
    "double": (int, float, str),
}


def misfits(shapes, name, value, at=""):
    """The paths at which `value` does not fit the shape `name`."""
    shape = shapes[name]
    if value is None or shape.get("document"):
        return []
    match shape["type"]:
        case "structure" | "union":
            return structure(shapes, shape, value, at)
        case "list":
            if not isinstance(value, list):
                return [at]
            return [m for i, v in enumerate(value) for m in misfits(shapes, shape["member"]["shape"], v, f"{at}/{i}")]
        case "map":
            if not isinstance(value, dict):
                return [at]
            return [m for k, v in value.items() for m in misfits(shapes, shape["value"]["shape"], v, f"{at}/{k}")]
        case kind:
            return [] if isinstance(value, KINDS.get(kind, int)) else [f"{at}: {value!r} is no {kind}"]


def structure(shapes, shape, value, at):
    if not isinstance(value, dict):
        return [at]
    out = []
    for k, v in value.items():
        if k in shape["members"]:
            out += misfits(shapes, shape["members"][k]["shape"], v, f"{at}/{k}")
        else:
            out.append(f"{at}/{k}: no such member")
    return out


def case_misfits(model, place, case):
    """The misfits of one case against its place in the index."""
    operation = model["operations"][place["operation"]]
    if "error" in place:
        shape = place["error"]
    else:
        side = "input" if case["kind"] == "httpRequestTests" else "output"
        shape = operation.get(side, {}).get("shape")
    params = case.get("params")
    if not params:
        return []
    return misfits(model["shapes"], shape, params) if shape else ["parameters without a shape"]
