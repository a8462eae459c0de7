"""From what a command gives or raises to an exit code: no traceback reaches a person.

Exit codes: 0 it is done; 1 it is done, and what was asked about has an error or a difference; 2 bad
input or bad usage; 70 a fault of this program; 130 interrupted; 141 nobody reads the output any more.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import ParamSpec

from followup_rules.cli.output import as_error, write_json
from followup_rules.errors import Fault, FollowupError, render_path
from followup_rules.telling import harmless

FINE, FOUND, BAD_INPUT, OUR_FAULT, INTERRUPTED, UNREAD = 0, 1, 2, 70, 130, 141

P = ParamSpec("P")


def answering(command: Callable[P, int]) -> Callable[P, None]:
    """Make a command end the process with the exit code it gives, or that of what it raises.

    With `--json` (the argument `as_json`) the faults of bad input are printed as JSON too.
    """

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        raise SystemExit(answer(lambda: command(*args, **kwargs), as_json=bool(kwargs.get("as_json"))))

    return run


def answer(command: Callable[[], int], *, as_json: bool = False) -> int:
    """Give the code that a command gives, or that of what it raises, which is told to standard error."""
    try:
        try:
            code = command()
        except FollowupError as error:
            if as_json:
                write_json(errors_as_data(error))
            tell(str(error))
            code = BAD_INPUT
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        _stop_writing()
        code = UNREAD
    except OSError as error:
        _stop_writing()
        where = f"{error.filename}: " if error.filename else ""
        tell(f"cannot go on: {where}{error.strerror or error}")
        code = BAD_INPUT
    except Exception as error:  # noqa: BLE001  # a fault of ours is told in one line, as a person cannot read a traceback
        tell(f"a fault of this program, please report it: {type(error).__name__}: {error}")
        code = OUR_FAULT
    return code


def tell(message: str) -> None:
    """Write a message to standard error, its lines made harmless."""
    first, *others = message.split("\n")
    as_error("\n".join([f"followup-rules: {harmless(first)}", *map(harmless, others)]))


def errors_as_data(error: FollowupError) -> dict[str, object]:
    """Give an error as data: where it comes from, and each fault with its path."""
    return {"error": {"source": error.source, "faults": [_fault_as_data(fault) for fault in error.faults]}}


def _fault_as_data(fault: Fault) -> dict[str, str]:
    return {"path": render_path(fault.path) if fault.path else "", "message": fault.message}


def _stop_writing() -> None:
    """Send what is still to be written nowhere, so that closing the stream at the end does not fail again."""
    if sys.stdout is not None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        with suppress(ValueError):  # a stream without a file below it, which has nothing to fail at
            os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
