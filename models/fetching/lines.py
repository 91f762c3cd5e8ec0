"""JSON with one line an entry, so that a change of one operation is a change of one line."""
import json


def dense(value):
    """JSON without any space, in the order given."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def document(sections):
    """JSON text of a dict: each value that is a dict has its entries one a line; others take one line."""
    parts = []
    for key, value in sections.items():
        if isinstance(value, dict) and key != "metadata" and value:
            entries = ",\n".join(f"{dense(k)}:{dense(v)}" for k, v in value.items())
            parts.append(f"{dense(key)}:{{\n{entries}\n}}")
        else:
            parts.append(f"{dense(key)}:{dense(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def write(path, sections):
    """Writes `document(sections)`, making the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document(sections), encoding="utf-8")
