"""The command `followup-rules`: the library at a terminal. Needs the extra `cli` (Typer and rich).

Assumes the library's public names and adds no rule of its own. `answering` turns what a command
gives or raises into an exit code, `arguments` reads what the commands share, `output` writes; beside
those each subcommand has a module of its own. What is heavy is imported by the command that uses it.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typer import Typer


def main() -> None:
    """Run the command with the arguments of this process; ends the process with an exit code."""
    missing = [name for name in ("typer", "rich") if find_spec(name) is None]
    if missing:
        sys.stderr.write(
            f"followup-rules: the command needs {' and '.join(missing)}, "
            'which come with the extra `cli`: pip install "followup-rules[cli]"\n'
        )
        raise SystemExit(2)
    from followup_rules.cli.answering import answer

    # Bad usage and help end the process from inside; an interrupt while all is imported ends it here.
    raise SystemExit(answer(lambda: _app()(prog_name="followup-rules")))


def _app() -> Typer:
    from followup_rules.cli.app import app

    return app
