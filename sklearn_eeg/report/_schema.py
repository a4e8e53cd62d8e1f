"""Whether a record is one: the published schemas, and as much of JSON Schema as they use."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from sklearn_eeg.report._manifest import FORMAT

KINDS = ("evaluation", "comparison")
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "number": (int, float),
    "integer": int,
}


@cache
def schema_of(kind: str) -> dict[str, Any]:
    """Return the published JSON schema of records.

    Parameters
    ----------
    kind : {"evaluation", "comparison"}

    Returns
    -------
    dict
        A schema of draft 2020-12, for validators such as ``jsonschema``.

    Raises
    ------
    ValueError
        There is no such kind.

    Examples
    --------
    >>> schema_of("evaluation")["properties"]["format"]
    {'const': 2}
    """
    if kind not in KINDS:
        raise ValueError(f"schema_of: expected one of {', '.join(KINDS)}, got {kind!r}.")
    text = files(__package__).joinpath(f"{kind}.schema.json").read_text(encoding="utf-8")
    return json.loads(text)


def check_record(record, where="record"):
    """Refuse what is no record of this version, naming the place.

    Raises
    ------
    ValueError
    """
    kind = record.get("kind") if isinstance(record, dict) else None
    if kind not in KINDS:
        raise ValueError(
            f"{where}: expected a report.json with kind {' or '.join(KINDS)}, got "
            f"{type(record).__name__ if kind is None else repr(kind)}; write one by write_report."
        )
    if record.get("format") != FORMAT:
        raise ValueError(
            f"{where}: expected format {FORMAT}, got {record.get('format')!r}, that of another "
            f"version; write it anew, or read it by that version."
        )
    for place, said in find_faults(record, schema_of(kind), schema_of(kind)):
        raise ValueError(f"{where}: expected {said} at {place or 'its top'}; write it anew.")


def find_faults(value, schema, root, place=""):
    """Find the places at which a value breaks a schema, and what was expected there.

    Of JSON Schema, ``type``, ``const``, ``enum``, ``minimum``, ``required``, ``properties``,
    ``additionalProperties``, ``items`` and ``$ref`` to ``$defs`` are known.
    """
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    if "const" in schema and value != schema["const"]:
        yield place, f"{schema['const']!r}, got {value!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield place, f"one of {', '.join(map(repr, schema['enum']))}, got {value!r}"
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is_a(value, kind) for kind in kinds):
        yield place, f"{' or '.join(kinds)}, got {type(value).__name__}"
        return
    if "minimum" in schema and _is_a(value, "number") and value < schema["minimum"]:
        yield place, f"{schema['minimum']} or more, got {value}"
    if isinstance(value, dict):
        yield from _find_in_object(value, schema, root, place)
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from find_faults(item, schema["items"], root, f"{place}[{index}]")


def _find_in_object(value, schema, root, place):
    for name in schema.get("required", ()):
        if name not in value:
            yield place, f"a key {name!r}, got none"
    known, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    for name, item in value.items():
        here = f"{place}.{name}" if place else str(name)
        if name in known:
            yield from find_faults(item, known[name], root, here)
        elif isinstance(others, dict):
            yield from find_faults(item, others, root, here)
        elif not others:
            yield here, "no such key"


def _is_a(value, kind):
    if kind in ("number", "integer") and isinstance(value, bool):
        return False
    return isinstance(value, TYPES[kind])
