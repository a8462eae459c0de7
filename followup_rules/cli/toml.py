"""Data as a TOML file that a person can read and change, and that loads back equal.

Assumes data of our own forms: tables of texts, numbers, truth values, lists and tables, no None.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Path = tuple[str | int, ...]
Remark = Callable[[Path], str]
"""Gives the comment to stand beside a value, or an empty text."""

WIDE = 100
"""Lists longer than this many columns are written one item a line."""


def to_toml(data: Mapping[str, Any], remark: Remark | None = None) -> str:
    """Write a table as TOML: plain values first, then its lists of tables, each under its own heading."""
    remark = remark or _nothing
    lines: list[str] = []
    tables = {key: value for key, value in data.items() if _is_tables(value)}
    for key, value in data.items():
        if key not in tables:
            lines += _pair(key, value, (key,), remark)
    for key, items in tables.items():
        for index, item in enumerate(items):
            lines += ["", *_comment(remark((key, index))), f"[[{key}]]"]
            for name, value in item.items():
                lines += _pair(name, value, (key, index, name), remark)
    return "\n".join(lines) + "\n"


def _nothing(path: Path) -> str:  # noqa: ARG001  # it takes what a remark takes
    return ""


def _comment(text: str) -> list[str]:
    return [f"# {text}"] if text else []


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, Mapping) for item in value)


def _pair(key: str, value: Any, path: Path, remark: Remark) -> Iterator[str]:
    beside = "".join(f"  {line}" for line in _comment(remark(path)))
    line = f"{key} = {_value(value)}"
    if isinstance(value, list) and (len(line) > WIDE or (len(value) > 1 and _is_tables(value))):
        yield f"{key} = [{beside}"
        for index, item in enumerate(value):
            yield f"    {_value(item)}," + "".join(f"  {line}" for line in _comment(remark((*path, index))))
        yield "]"
    elif isinstance(value, list):
        yield line + beside + "".join(f"  {line}" for index in range(len(value)) for line in _comment(remark((*path, index))))
    else:
        yield line + beside


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _long_text(value) if "\n" in value else f'"{_escaped(value)}"'
    if isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(_value, value)) + "]"
    return str(value)


def _long_text(text: str) -> str:
    # No two quotes stand side by side, so that none are taken for the three that end the text.
    lines = [_escaped(line, quote='"').replace('""', '"\\"') for line in text.split("\n")]
    return '"""\n' + "\n".join(lines) + '"""'


def _escaped(text: str, *, quote: str = '\\"') -> str:
    return "".join(
        "\\\\" if one == "\\" else quote if one == '"' else one if one.isprintable() else f"\\U{ord(one):08X}" for one in text
    )
