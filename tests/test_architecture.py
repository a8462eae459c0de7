"""The modules stand in one line: each imports, when it is loaded, only from those before it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "followup_rules"


def the_line() -> list[str]:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text.split("<!-- the line: begin -->")[1].split("<!-- the line: end -->")[0]
    return re.findall(r"^\| `([a-z_]+)` \|", table, re.MULTILINE)


def loaded_by(tree: ast.Module) -> Iterator[str]:
    """Give our modules that are imported when this one is loaded: not those inside functions or for type checkers."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("followup_rules"):
            parts = node.module.split(".")
            yield from parts[1:2] or [alias.name for alias in node.names]
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[1] for alias in node.names if alias.name.startswith("followup_rules."))


def test_every_module_stands_in_the_line() -> None:
    there = {path.stem for path in PACKAGE.glob("*.py")} | {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert set(the_line()) == there - {"__init__"}


def test_modules_import_only_from_those_before_them() -> None:
    line = the_line()
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE).parts
        name = parts[0].removesuffix(".py")
        if name == "__init__":
            continue
        for other in loaded_by(ast.parse(path.read_text(encoding="utf-8"))):
            if other != name and line.index(other) > line.index(name):
                wrong.append(f"{name} imports {other}")
    assert wrong == []
