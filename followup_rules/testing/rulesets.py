"""A strategy for rulesets: small cadences of every shape that the contract allows.

Assumes the rules. Steps are anchored on one another without circles, and the amounts are small, so
that throttles, hours and expiries meet. Strategies are made once and kept, which making them anew for
every example would cost more than all the rest.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st

from followup_rules.record import CHANNELS, DETAIL_OF, FORMATS, OUTCOMES
from followup_rules.references import RECORD_ANCHORS
from followup_rules.rules import WEEKDAYS, After, Hours, Ruleset, Step, Throttle, Wording
from followup_rules.testing.drawing import MORE, SELDOM, SOMETIMES, built, require_count

IDS = ("thanks", "check", "letter", "nudge", "last-call", "homework")
HOURS = ("office", "post")
THROTTLES = ("weekly", "company", "burst")
TIMES = st.sampled_from(("10:00", "00:00", "08:30", "17:00", "23:30", "02:15"))
DAYS = st.integers(-3, 21)
WORKDAYS = st.integers(-3, 8)
ELAPSED = st.integers(-48, 400)
ENDS = st.just(OUTCOMES) | st.lists(st.sampled_from(OUTCOMES), unique=True).map(tuple)
SPANS = st.sampled_from((("09:00", "17:00"), ("00:00", "23:59"), ("00:30", "02:30"), ("10:00", "10:01"), ("22:00", "23:45")))
# At least three weekdays, so that the search for an open date stays short.
OPEN_DAYS = st.just(WEEKDAYS[:5]) | st.lists(st.sampled_from(WEEKDAYS), min_size=3, unique=True)
# Listed twice is drawn twice as often: messages are what throttles and hours are about.
CHANNEL = st.sampled_from(("email", "call", "email", "call", *CHANNELS))
COUNTED = st.just(("email", "call")) | st.lists(st.sampled_from(CHANNELS), min_size=1, max_size=3, unique=True)
PRIORITY = st.sampled_from((0, 0, 0, 1, -1))
SEVERITY = st.sampled_from(("error", "warning", "note"))
TEXTS = {"guidance": ("Be brief.",), "if_unreachable": "Ask the front desk.", "draft": "Dear $first_name,\n\nThank you.\n\n$sender"}


def rulesets(*, max_steps: int = 4) -> st.SearchStrategy[Ruleset]:
    """Make rulesets of one to `max_steps` steps (1 to 6), with hours, throttles and now and then a wording rule.

    Raises hypothesis's `InvalidArgument`.
    """
    require_count("max_steps", max_steps, 1, len(IDS))
    return _rulesets(IDS[:max_steps])


@st.composite
def _rulesets(draw: st.DrawFn, ids: tuple[str, ...]) -> Ruleset:
    hours = tuple(draw(_hours(name)) for name in HOURS if draw(st.booleans()))
    names = tuple(one.name for one in hours)
    steps: list[Step] = []
    used: tuple[str, ...] = ()
    for id in ids:
        # Each step may wait for those before it, and is then put at any place among them.
        if draw(MORE) or (id == ids[-1] and not used):
            steps.insert(len(used) - draw(st.integers(0, len(used))), draw(_steps(id, used, names)))
            used = (*used, id)
    values: dict[str, Any] = {"steps": steps, "hours": hours}
    values["throttles"] = [draw(_throttles(id, used)) for id in THROTTLES if draw(st.booleans())]
    values["wording"] = [draw(_wording(used))] if draw(SELDOM) else []
    written = {name: value for name, value in values.items() if value}
    ends = draw(ENDS)
    if ends != OUTCOMES:
        written["stop_on"] = ends
    return built(draw, Ruleset, "generated", "1", **written)


@cache
def offsets(anchors: tuple[str, ...]) -> st.SearchStrategy[After]:
    """Make offsets from one of these anchors, in any of the units."""
    anchor = st.sampled_from(anchors)
    return st.one_of(
        st.builds(After, anchor, days=DAYS),
        st.builds(After, anchor, days=DAYS, at=TIMES),
        st.builds(After, anchor, hours=ELAPSED),
        st.builds(After, anchor, workdays=WORKDAYS),
        st.builds(After, anchor, workdays=WORKDAYS, at=TIMES),
    )


@st.composite
def _hours(draw: st.DrawFn, name: str) -> Hours:
    opens, closes = draw(SPANS)
    shut = {} if draw(st.booleans()) else {"shut_on_holidays": False}
    return built(draw, Hours, name, draw(OPEN_DAYS), opens=opens, closes=closes, **shut)


@st.composite
def _steps(draw: st.DrawFn, id: str, before: tuple[str, ...], hours: tuple[str, ...]) -> Step:
    channel = draw(CHANNEL)
    # Most of a cadence hangs on the end of the interview and on its own steps.
    values: dict[str, Any] = {"due": draw(offsets(("end", "start", "end", "end", *before, *before, "end", *RECORD_ANCHORS)))}
    # Drawn also where it does not matter, so that a counterexample shrinks part by part.
    each, during = draw(st.booleans()), draw(st.booleans())
    if channel in DETAIL_OF and each:
        values["to"] = "each"
    if hours and during:
        values["during"] = draw(_one_of(hours))
    if draw(SOMETIMES):
        values["not_before"] = draw(_some_offsets((*RECORD_ANCHORS, *before)))
    for name in ("deadline", "expires"):
        if draw(st.booleans()):
            values[name] = draw(offsets(("end", "ideal", "ideal", *RECORD_ANCHORS)))
    if draw(SELDOM):
        values["stop_on"] = draw(ENDS)
    for name in ("only_if", "unless"):
        if draw(SELDOM):
            values[name] = draw(_some_facts((*before, id)))
    if draw(SOMETIMES):
        values["priority"] = draw(PRIORITY)
    if draw(SELDOM):
        values |= {"title": id.title(), **TEXTS}
    return built(draw, Step, id, channel, **values)


@cache
def _one_of(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from(names)


@cache
def _some_offsets(anchors: tuple[str, ...]) -> st.SearchStrategy[list[After]]:
    return st.lists(offsets(anchors), min_size=1, max_size=2)


@cache
def _some_facts(ids: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    facts = (
        *("replied", "decision-date", "topics", "tag:referral"),
        *(f"format:{format}" for format in FORMATS),
        *(f"can:{channel}" for channel in CHANNELS),
        *(f"outcome:{outcome}" for outcome in OUTCOMES),
        *(f"done:{id}" for id in ids),
    )
    return st.lists(st.sampled_from(facts), min_size=1, max_size=2, unique=True)


@cache
def _throttles(id: str, ids: tuple[str, ...]) -> st.SearchStrategy[Throttle]:
    return st.builds(
        Throttle,
        st.just(id),
        COUNTED,
        max=st.just(1) | st.integers(1, 3),
        days=st.just(7) | st.integers(1, 20),
        per=st.sampled_from(("contact", "company")),
        exempt=st.just(()) | st.lists(st.sampled_from(ids), max_size=1),
    )


@cache
def _wording(ids: tuple[str, ...]) -> st.SearchStrategy[Wording]:
    id, steps = st.just("courtesy"), st.lists(st.sampled_from(ids), max_size=2, unique=True)
    return st.one_of(
        st.builds(Wording, id, forbid=st.sampled_from(("asks-outcome", "pushy")), severity=SEVERITY, steps=steps),
        st.builds(Wording, id, require=st.sampled_from(("thanks", "interest")), severity=SEVERITY, steps=steps),
        st.builds(Wording, id, phrases=st.just(("touch base",)), because=st.just("worn out")),
    )
