"""JSON Schemas of the data forms, generated from the classes.

Assumes the data forms: keys, types and defaults come from the same fields. A schema says what can be
said of single values; what values must be to each other (an end after the start, names that exist)
only loading can tell. The generated files are shipped in `schema_files/`;
`python -m followup_rules.schemas` writes them anew.
"""

from __future__ import annotations

import datetime as dt
import json
import types
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs
import pendulum

from followup_rules import rules
from followup_rules.data import RESULTS, fields_of, type_of
from followup_rules.plans import Plan
from followup_rules.record import DETAIL_OF, EVENT_KINDS, MAX_CONTACTS, MAX_EVENTS, Contact, Event, Interview
from followup_rules.rules import After, Hours, Ruleset, Step, Throttle, Wording

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NAMED: dict[str, type] = {"interview": Interview, "ruleset": Ruleset, "plan": Plan}
"""The data forms that have a schema, by the name the command knows them by."""

_NOT_BLANK: Schema = {"type": "string", "pattern": "\\S"}
_SLUG: Schema = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
_LIMITS: dict[tuple[type, str], Schema] = {
    (Interview, "contacts"): {"maxItems": MAX_CONTACTS},
    (Interview, "events"): {"maxItems": MAX_EVENTS},
    (Ruleset, "steps"): {"maxItems": rules.MAX_STEPS},
    (Ruleset, "throttles"): {"maxItems": rules.MAX_THROTTLES},
    (Throttle, "max"): {"minimum": 1, "maximum": rules.MAX_COUNT},
    (Throttle, "days"): {"minimum": 1, "maximum": rules.MAX_DAYS},
    (Throttle, "channels"): {"minItems": 1},
    (Hours, "days"): {"minItems": 1},
    (Wording, "forbid"): {"enum": [*rules.FORBIDDABLE, None]},
    (Wording, "require"): {"enum": [*rules.REQUIRABLE, None]},
    (Interview, "company"): _NOT_BLANK,
    (Contact, "name"): _NOT_BLANK,
    (Step, "id"): _SLUG,
    (Throttle, "id"): _SLUG,
    (Wording, "id"): _SLUG,
}
_APART = (("days", "workdays"), ("days", "hours"), ("workdays", "hours"), ("hours", "at"))
"""Keys of an offset that do not go together."""


def schema(kind: type) -> Schema:
    """Give the JSON Schema (draft 2020-12) of `Interview`, `Ruleset` or `Plan` in the data form."""
    defs: dict[str, Schema] = {}
    top = _class_schema(kind, defs)
    return {"$schema": DIALECT, "title": kind.__name__, **top, "$defs": dict(sorted(defs.items()))}


def _class_schema(kind: Any, defs: dict[str, Schema]) -> Schema:
    hints = get_type_hints(kind)
    properties: Schema = {}
    required = []
    for key, field in fields_of(kind):
        value = _type_schema(type_of(kind, field, hints), defs)
        value = value | _LIMITS.get((kind, field.name), {})
        if kind is After and field.name in ("days", "workdays", "hours"):
            limit = rules.MAX_DAYS * (24 if field.name == "hours" else 1)
            value = {"type": "integer", "minimum": -limit, "maximum": limit}
        properties[key] = value
        # Of a result every key is there; of what people write those without a default.
        if field.default is attrs.NOTHING or kind in RESULTS:
            required.append(key)
    if kind is Interview:
        properties = {
            "timezone": {"type": "string", "description": "IANA name, such as America/New_York"},
            "country": {"type": "string", "description": "ISO 3166, such as US or US-NY: adds public holidays as it is loaded"},
        } | properties
        required.append("timezone")
    out: Schema = {"type": "object", "description": _first_line(kind)}
    out |= {"properties": properties, "required": sorted(required), "additionalProperties": False}
    if kind is After:
        out["not"] = {"anyOf": [{"required": list(pair)} for pair in _APART]}
    return out


def _first_line(kind: type) -> str:
    return (kind.__doc__ or "").strip().splitlines()[0]


def _type_schema(kind: Any, defs: dict[str, Schema]) -> Schema:
    if kind == Event:
        return {"oneOf": [_event_schema(name, event, defs) for name, event in EVENT_KINDS.items()]}
    if kind == (Contact | None):
        return {"type": ["string", "null"], "description": "the name of a contact"}
    if get_origin(kind) in (Union, types.UnionType):
        inner = next(one for one in get_args(kind) if one is not types.NoneType)
        return {"anyOf": [_type_schema(inner, defs), {"type": "null"}]}
    if get_origin(kind) is Literal:
        return {"enum": list(get_args(kind))}
    if get_origin(kind) is tuple:
        return {"type": "array", "items": _type_schema(get_args(kind)[0], defs)}
    if attrs.has(kind):
        if kind.__name__ not in defs:
            defs[kind.__name__] = {}  # holds the place while it is made
            defs[kind.__name__] = _class_schema(kind, defs)
        return {"$ref": f"#/$defs/{kind.__name__}"}
    return dict(_SCALARS[kind])


_SCALARS: dict[type, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    pendulum.DateTime: {
        "type": "string",
        "format": "date-time",
        "description": "without an offset: local time in the record's zone",
    },
    dt.date: {"type": "string", "format": "date"},
    dt.time: {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
}


def _event_schema(name: str, kind: type, defs: dict[str, Schema]) -> Schema:
    made = _class_schema(kind, defs)
    made["properties"] = {"kind": {"const": name}} | made["properties"]
    made["required"] = sorted([*made["required"], "kind"])
    if name == "unreachable":
        made["properties"]["channel"] = {"enum": list(DETAIL_OF)}
    return made


def write_schema_files(folder: Path) -> None:
    """Write every schema to `<name>.json` in this folder."""
    for name, kind in NAMED.items():
        (folder / f"{name}.json").write_text(json.dumps(schema(kind), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_schema_files(Path(__file__).parent / "schema_files")
