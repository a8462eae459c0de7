"""What people read, pinned in `tests/snapshots/`.

`PINNED=write pytest` writes the files anew; read the difference before keeping it.
"""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "snapshots"


def pinned(name: str, text: str) -> str:
    """Give the text kept under this name, which is to be the same as the text given."""
    path = FOLDER / f"{name}.txt"
    if os.environ.get("PINNED") == "write":
        path.write_text(text + "\n", encoding="utf-8")
    return path.read_text(encoding="utf-8").removesuffix("\n")
