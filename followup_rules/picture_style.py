"""How a plan's picture looks: the shape of each channel, and the colours for light and for dark.

Assumes nothing. Shapes differ without their colours, greys without their hues.
"""

from __future__ import annotations

SHAPES: dict[str, tuple[str, ...]] = {
    "email": ("M-9-6.5H9V6.5H-9Z", "M-9-6.5L0 1L9-6.5"),
    "call": ("M0-8A8 8 0 1 1 0 8A8 8 0 1 1 0-8Z",),
    "letter": ("M0-9.5L9.5 0L0 9.5L-9.5 0Z",),
    "in-person": ("M0-9L9.5 7.5H-9.5Z",),
    "task": ("M-7.5-7.5H7.5V7.5H-7.5Z",),
    "interview": ("M-3-13H3V13H-3Z",),
}
"""The outline of each channel's mark about its moment, and lines drawn upon it; and the interview's own."""

TICK = "M-4.5 0L-1.2 3.5L5-4"
"""What a mark of something done carries."""

_LIGHT = {
    "page": "#ffffff",
    "text": "#1b1f24",
    "muted": "#57606a",
    "line": "#d3d9e0",
    "closed": "#eceff2",
    "open": "#bccbdc",
    "quiet": "#a98a3c",
    "late": "#b3261e",
    "email": "#1859b8",
    "call": "#14703a",
    "letter": "#7140b5",
    "in-person": "#a8460b",
    "task": "#4d5661",
    "interview": "#1b1f24",
}
_DARK = {
    "page": "#12161c",
    "text": "#e8edf2",
    "muted": "#9aa5b1",
    "line": "#2f3843",
    "closed": "#1e252e",
    "open": "#3f5168",
    "quiet": "#8f7736",
    "late": "#ff8a80",
    "email": "#73b3ff",
    "call": "#5fd68a",
    "letter": "#c9a5ff",
    "in-person": "#ffab6b",
    "task": "#b4bec9",
    "interview": "#e8edf2",
}


_FORM = (
    ".heading{font-size:19px;font-weight:600}",
    ".label{font-weight:600}",
    ".small{font-size:12px}",
    ".middle{text-anchor:middle}",
    ".end{text-anchor:end}",
    ".open{stroke-width:6}",
    ".trace{stroke-width:2;stroke-dasharray:.5 5;stroke-linecap:round}",
    ".was{stroke-width:1.5}",
    ".now{stroke-width:1.5;stroke-dasharray:5 4}",
    ".deadline{stroke-width:2.5}",
    ".shape{stroke-width:2;stroke-linejoin:round}",
    ".upon{stroke-width:2;stroke-linejoin:round;stroke-linecap:round}",
    ".ring{stroke-width:2}",
    ".late{font-weight:700}",
)


def style(root: str) -> str:
    """Give the style sheet: every rule under the picture's own id, so that a page around it keeps its looks."""
    plain = "".join(f"{root} {rule}" for rule in (*_FORM, *_coloured(_LIGHT)))
    dark = "".join(f"{root} {rule}" for rule in _coloured(_DARK))
    return f"{plain}@media (prefers-color-scheme:dark){{{dark}}}"


def _coloured(colours: dict[str, str]) -> list[str]:
    rules = [
        f".page{{fill:{colours['page']}}}",
        f"text{{fill:{colours['text']}}}",
        f".muted{{fill:{colours['muted']}}}",
        f".closed{{fill:{colours['closed']}}}",
        f".hatch{{fill:{colours['quiet']}}}",
        f".late{{fill:{colours['late']}}}",
    ]
    lines = {"open": "open", "rule": "line", "now": "text", "ring": "late", "deadline": "late", "was": "muted", "trace": "muted"}
    rules += [f".{name}{{stroke:{colours[colour]};fill:none}}" for name, colour in lines.items()]
    for name in ("email", "call", "letter", "in-person", "task", "interview"):
        rules += [
            f".{name} .shape{{fill:{colours[name]};stroke:{colours[name]}}}",
            f".{name} .upon{{fill:none;stroke:{colours['page']}}}",
            f".{name}.done .shape{{fill:{colours['page']}}}",
            f".{name}.done .upon{{stroke:{colours[name]}}}",
        ]
    return rules
