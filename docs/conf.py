# noqa: INP001 - Sphinx reads it as it stands; it belongs to no package
"""How the documentation is built: `sphinx-build -W -n -b html docs docs/_build/html` (extra `docs`).

Works without a network: no inventories are fetched, so names of other projects are not linked.
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any, get_type_hints

import attrs
from sphinx.application import Sphinx
from sphinx.util.typing import stringify_annotation

# The docstrings of this checkout, installed or not.
sys.path.insert(0, str(Path(__file__).parent.parent))

project = "followup_rules"
author = "the followup_rules authors"
try:
    release = metadata.version("followup-rules")
except metadata.PackageNotFoundError:  # a checkout that is not installed
    release = ""

from followup_rules import Interview, from_data, plan  # noqa: E402 - the path is set above

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "followup_rules"
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["custom.css"]

myst_enable_extensions = ["attrs_inline", "deflist"]
myst_heading_anchors = 3
highlight_language = "none"

# Docstrings put names in single backticks, whatever they name.
default_role = "literal"
add_module_names = False
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
python_maximum_signature_line_length = 88

nitpick_ignore_regex = [
    # No inventories of other projects are fetched.
    (r"py:.*", r"(?!followup_rules).*"),
    # A type variable, and the planner's own idea of a time zone.
    (r"py:class", r"followup_rules\.(data\.T|moments\.Zone)"),
]

RECORD_DRAWN = """
company = "Initech"
role = "Backend engineer"
timezone = "America/New_York"
starts_at = 2026-11-18T14:00:00
closed_on = [2026-11-26]
[[contacts]]
name = "Dana Reyes"
email = "dana@initech.example"
phone = "+1 212 555 0100"
[[contacts]]
name = "Ola Berg"
email = "ola@initech.example"
address = "1 Main Street, Albany, NY 12201"
[[events]]
kind = "contacted"
channel = "email"
contact = "Dana Reyes"
at = 2026-11-20T09:00:00
"""


def attrs_signature(
    _app: Sphinx, what: str, _name: str, obj: Any, _options: Any, signature: str | None, returns: str | None
) -> Any:
    """Tell a class by its fields: what is stored, not what the converters of its constructor would take."""
    if what != "class" or not attrs.has(obj):
        return signature, returns
    hints = get_type_hints(obj)
    parts = []
    only_by_keyword = False
    for field in attrs.fields(obj):
        if field.kw_only and not only_by_keyword:
            parts.append("*")
            only_by_keyword = True
        kind = re.sub(
            r"followup_rules\.[\w.]*\b(\w+)", r"\1", stringify_annotation(hints[field.name], "fully-qualified-except-typing")
        )
        kind = kind.replace("pendulum.datetime.", "pendulum.").replace("typing.", "").replace("collections.abc.", "")
        default = (
            ""
            if field.default is attrs.NOTHING
            else f" = {'...' if isinstance(field.default, attrs.Factory) else repr(field.default)}"
        )
        parts.append(f"{field.alias}: {kind}{default}")
    return f"({', '.join(parts)})", None


def pages_that_are_there(_app: Sphinx, docname: str, source: list[str]) -> None:
    """Leave out of the index's tables of contents the patterns that no page matches (yet)."""
    if docname == "index":
        here = Path(__file__).parent
        lines = source[0].split("\n")
        source[0] = "\n".join(line for line in lines if not re.fullmatch(r"[a-z-]+\*", line) or any(here.glob(f"{line}.md")))


def draw_the_plan(app: Sphinx, exception: Exception | None) -> None:
    """Put the picture that a page shows among the built files; drawn anew each time, it is never out of date."""
    if exception is None and app.builder.format == "html":
        interview = from_data(tomllib.loads(RECORD_DRAWN), Interview)
        picture = plan(interview, as_of=interview.events[-1].at).svg()
        (Path(app.outdir) / "_static" / "plan.svg").write_text(picture, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Connect the above with Sphinx."""
    app.connect("build-finished", draw_the_plan)
    app.connect("source-read", pages_that_are_there)
    app.connect("autodoc-process-signature", attrs_signature)
