"""Writing what a command makes to a file of its own, over what it made before.

Assumes that the file is ours to replace. It is replaced as a whole: what fails halfway leaves the old one.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from followup_rules.errors import FollowupError


def save(out: str, content: bytes) -> None:
    """Write a file, whether there is one or not; raises `FollowupError` if it cannot be written or is read-only."""
    target = Path(os.path.realpath(out))  # through a link, so that it stays one
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        if target.exists() and not target.stat().st_mode & stat.S_IWUSR:
            raise FollowupError("is read-only; it was left as it was", source=out)
        try:
            with temporary.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise FollowupError(f"cannot be written: {error.strerror}", source=out) from None
