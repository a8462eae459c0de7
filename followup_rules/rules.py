"""The rules: steps, the hours they may be done in, throttles and wording, together a ruleset.

Assumes the record's vocabulary (channels, formats, outcomes). A ruleset is plain data: it refers to
steps and hours by name, and everything it names must exist. Nothing here says what a plan is.
"""

from __future__ import annotations

import datetime as dt
import re
import string
from collections.abc import Iterator
from typing import Any, Literal, get_args

import attrs

from followup_rules import checks
from followup_rules.checks import Given, as_tuple
from followup_rules.errors import Fault, InvalidRuleset, allowed, did_you_mean, shown
from followup_rules.record import CHANNELS, DETAIL_OF, OUTCOMES, Channel, Outcome
from followup_rules.references import IDEAL, RECORD_ANCHORS, reference_faults

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Scope = Literal["contact", "company"]
To = Literal["one", "each"]
Severity = Literal["error", "warning", "note"]
Unit = Literal["days", "workdays", "hours"]

WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
FORBIDDABLE = ("asks-outcome", "pushy", "follow-up-misspelt")
REQUIRABLE = ("thanks", "interest", "topic")
DRAFT_NAMES = ("contact", "first_name", "company", "role", "topic", "sender", "day")

MAX_STEPS = 100
MAX_THROTTLES = 20
MAX_DAYS = 400
MAX_COUNT = 100

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


def as_time(value: Any) -> Any:
    """Store `"10:00"` as a time of day; leave what is none for the check to refuse."""
    if isinstance(value, str) and (match := _TIME.fullmatch(value)):
        return dt.time(int(match[1]), int(match[2]))
    return value


def _as_days(value: Any) -> Any:
    days = as_tuple(value)
    if isinstance(days, tuple) and all(day in WEEKDAYS for day in days):
        return tuple(sorted(days, key=WEEKDAYS.index))
    return days


def _time_faults(given: Given, name: str) -> Iterator[Fault]:
    value = given.get(name)
    if value is not None and not (
        isinstance(value, dt.time) and value.tzinfo is None and not value.second and not value.microsecond
    ):
        yield Fault((name,), f'must be a time of day such as "10:00", to the minute, not {shown(str(value))}')


def _slug_faults(value: Any, path: tuple[str | int, ...]) -> Iterator[Fault]:
    if not isinstance(value, str) or not _SLUG.fullmatch(value):
        yield Fault(path, f"must be lower-case letters, digits and single hyphens, not {shown(value)}")


@attrs.frozen
class After:
    """A moment told from another one: so many `days`, `workdays` or `hours` after an anchor (or before it).

    `days`: calendar days in the interview's zone, at `at`, else at the anchor's own wall-clock time.
    `workdays`: days on which the step's `during` is open. `hours`: elapsed time, across clock changes.
    One unit at a time; none is 0 days.

    Anchors: `start`, `end`, `decision`, `reply`, `outcome`; in `due` and `not_before` another step's
    id; in `deadline` and `expires` `ideal`. Raises `InvalidRuleset`.
    """

    anchor: str
    days: int | None = attrs.field(default=None, kw_only=True)
    workdays: int | None = attrs.field(default=None, kw_only=True)
    hours: int | None = attrs.field(default=None, kw_only=True)
    at: dt.time | None = attrs.field(default=None, converter=as_time, kw_only=True)

    def __attrs_post_init__(self) -> None:
        checks.require(InvalidRuleset, self, self.faults)
        if self.days is None and self.workdays is None and self.hours is None:
            object.__setattr__(self, "days", 0)

    @staticmethod
    def faults(given: Given) -> Iterator[Fault]:
        """Yield what is wrong with these values."""
        yield from checks.text(given, "anchor", blank=False)
        used = [unit for unit in get_args(Unit) if given.get(unit) is not None]
        for unit in used:
            limit = MAX_DAYS * 24 if unit == "hours" else MAX_DAYS
            yield from checks.integer(given, unit, -limit, limit)
        if len(used) > 1:
            yield Fault((used[1],), f"must stand alone: `{used[0]}` is there too, and an offset has one unit")
        yield from _time_faults(given, "at")
        if given.get("at") is not None and "hours" in used:
            yield Fault(("at",), "must not be there with `hours`, which counts elapsed time; it goes with `days` or `workdays`")

    @property
    def unit(self) -> Unit:
        """The one unit this offset counts in."""
        return "hours" if self.hours is not None else "workdays" if self.workdays is not None else "days"

    @property
    def amount(self) -> int:
        """How many of the unit."""
        return self.hours or self.workdays or self.days or 0


@attrs.frozen
class Hours:
    """Opening hours: these weekdays from `opens` up to but not including `closes`, in the interview's zone.

    With `shut_on_holidays` not on the interview's `closed_on` dates. Raises `InvalidRuleset`.
    """

    name: str
    days: tuple[Weekday, ...] = attrs.field(converter=_as_days)
    opens: dt.time = attrs.field(converter=as_time, kw_only=True)
    closes: dt.time = attrs.field(converter=as_time, kw_only=True)
    shut_on_holidays: bool = attrs.field(default=True, kw_only=True)

    def __attrs_post_init__(self) -> None:
        checks.require(InvalidRuleset, self, self.faults)

    @staticmethod
    def faults(given: Given) -> Iterator[Fault]:
        """Yield what is wrong with these values."""
        yield from checks.text(given, "name", blank=False)
        yield from checks.choices(given, "days", WEEKDAYS, some=True)
        times = []
        for name in ("opens", "closes"):
            if name in given and given[name] is None:
                yield Fault((name,), "must be a time of day")
            faults = list(_time_faults(given, name))
            yield from faults
            if not faults and given.get(name) is not None:
                times.append(given[name])
        if len(times) == 2 and times[0] >= times[1]:
            yield Fault(("closes",), f"must be later than `opens`, {times[0]:%H:%M}, not {times[1]:%H:%M}")
        yield from checks.boolean(given, "shut_on_holidays")


@attrs.frozen
class Throttle:
    """At most `max` counted contacts in any `days` consecutive calendar days, per `contact` or per `company`.

    `exempt` names steps that it neither counts nor moves. Raises `InvalidRuleset`.
    """

    id: str
    channels: tuple[Channel, ...] = attrs.field(converter=as_tuple)
    max: int = attrs.field(default=1, kw_only=True)
    days: int = attrs.field(default=7, kw_only=True)
    per: Scope = attrs.field(default="contact", kw_only=True)
    exempt: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, kw_only=True)

    def __attrs_post_init__(self) -> None:
        checks.require(InvalidRuleset, self, self.faults)

    @staticmethod
    def faults(given: Given) -> Iterator[Fault]:
        """Yield what is wrong with these values."""
        if "id" in given:
            yield from _slug_faults(given["id"], ("id",))
        yield from checks.choices(given, "channels", CHANNELS, some=True)
        yield from checks.integer(given, "max", 1, MAX_COUNT)
        yield from checks.integer(given, "days", 1, MAX_DAYS)
        yield from checks.choice(given, "per", get_args(Scope))
        yield from checks.texts(given, "exempt")

    def counts(self, step: str, channel: str) -> bool:
        """Tell whether it counts, and may move, this step."""
        return channel in self.channels and step not in self.exempt


@attrs.frozen
class Wording:
    """A rule for messages: forbid a kind of sentence, require one, or forbid plain `phrases`; just one of these.

    Phrases are whole words, blind to case and to the kind of quotes. With `steps` it applies to the
    messages of those steps alone. Raises `InvalidRuleset`.
    """

    id: str
    forbid: str | None = attrs.field(default=None, kw_only=True)
    require: str | None = attrs.field(default=None, kw_only=True)
    phrases: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, kw_only=True)
    severity: Severity = attrs.field(default="error", kw_only=True)
    steps: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, kw_only=True)
    because: str = attrs.field(default="", kw_only=True)

    def __attrs_post_init__(self) -> None:
        checks.require(InvalidRuleset, self, self.faults)

    @staticmethod
    def faults(given: Given) -> Iterator[Fault]:
        """Yield what is wrong with these values."""
        if "id" in given:
            yield from _slug_faults(given["id"], ("id",))
        for name, values in (("forbid", FORBIDDABLE), ("require", REQUIRABLE)):
            if given.get(name) is not None:
                yield from checks.choice(given, name, values)
        yield from checks.texts(given, "phrases")
        used = [name for name in ("forbid", "require", "phrases") if given.get(name)]
        if len(used) != 1 and {"forbid", "require", "phrases"} <= given.keys():
            there = " and ".join(f"`{name}`" for name in used) or "none"
            yield Fault((), f"must have just one of `forbid`, `require` and `phrases`, not {there}")
        yield from checks.choice(given, "severity", get_args(Severity))
        yield from checks.texts(given, "steps")
        yield from checks.text(given, "because")


@attrs.frozen
class Step:
    """One thing to do: on which channel, from when on, in which hours, until when, and under which facts.

    `due` is the moment from which it is right to do it; it waits for the latest of `not_before`.
    After `deadline` it is late, after `expires` it is not done at all. `to="each"` gives an instance
    for every contact. All times are in the interview's zone. Raises `InvalidRuleset`.
    """

    id: str
    channel: Channel
    due: After = attrs.field(kw_only=True)
    title: str = attrs.field(default="", kw_only=True)
    guidance: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, kw_only=True)
    if_unreachable: str = attrs.field(default="", kw_only=True)
    draft: str = attrs.field(default="", kw_only=True)
    to: To = attrs.field(default="one", kw_only=True)
    during: str | None = attrs.field(default=None, kw_only=True)
    not_before: tuple[After, ...] = attrs.field(default=(), converter=as_tuple, kw_only=True)
    deadline: After | None = attrs.field(default=None, kw_only=True)
    expires: After | None = attrs.field(default=None, kw_only=True)
    stop_on: tuple[Outcome, ...] | None = attrs.field(default=None, converter=as_tuple, kw_only=True)
    only_if: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, kw_only=True)
    unless: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, kw_only=True)
    priority: int = attrs.field(default=0, kw_only=True)

    def __attrs_post_init__(self) -> None:
        checks.require(InvalidRuleset, self, self.faults)

    @staticmethod
    def faults(given: Given) -> Iterator[Fault]:
        """Yield what is wrong with these values."""
        if "id" in given:
            faults = list(_slug_faults(given["id"], ("id",)))
            yield from faults
            if not faults and given["id"] in (*RECORD_ANCHORS, IDEAL):
                yield Fault(("id",), f"must not be {shown(given['id'])}, which is an anchor of its own")
        yield from checks.choice(given, "channel", CHANNELS)
        if "due" in given and given["due"] is None:
            yield Fault(("due",), "must be an offset from an anchor")
        for name in ("due", "deadline", "expires"):
            yield from checks.item(given, name, After)
        yield from checks.items(given, "not_before", (After,), MAX_COUNT)
        for name in ("title", "if_unreachable", "draft"):
            yield from checks.text(given, name)
        yield from checks.texts(given, "guidance")
        yield from _draft_faults(given)
        yield from checks.choice(given, "to", get_args(To))
        if given.get("to") == "each" and given.get("channel") in CHANNELS and given["channel"] not in DETAIL_OF:
            yield Fault(("to",), f"must be `one` on the channel `{given['channel']}`, which is to no contact")
        yield from checks.optional_text(given, "during")
        if given.get("stop_on") is not None:
            yield from checks.choices(given, "stop_on", OUTCOMES)
        for name in ("only_if", "unless"):
            yield from checks.texts(given, name)
        yield from checks.integer(given, "priority")

    @property
    def label(self) -> str:
        """The title, or the id where it has none."""
        return self.title or self.id


def _draft_faults(given: Given) -> Iterator[Fault]:
    draft = given.get("draft")
    if not isinstance(draft, str):
        return
    template = string.Template(draft)
    if not template.is_valid():
        yield Fault(("draft",), "must have `$` only before a name it fills in; write `$$` for a dollar sign")
    for name in template.get_identifiers():
        if name not in DRAFT_NAMES:
            yield Fault(("draft",), f"must fill in only {allowed(DRAFT_NAMES)}, not `{name}`{did_you_mean(name, DRAFT_NAMES)}")


@attrs.frozen
class Ruleset:
    """A cadence: its steps, throttles, wording rules and hours, and the outcomes that end it.

    Everything a rule names must exist in it, and anchors on steps must not go in a circle.
    Raises `InvalidRuleset`, which names every fault at once.
    """

    name: str
    version: str
    steps: tuple[Step, ...] = attrs.field(converter=as_tuple, kw_only=True)
    throttles: tuple[Throttle, ...] = attrs.field(default=(), converter=as_tuple, kw_only=True)
    wording: tuple[Wording, ...] = attrs.field(default=(), converter=as_tuple, kw_only=True)
    hours: tuple[Hours, ...] = attrs.field(default=(), converter=as_tuple, kw_only=True)
    stop_on: tuple[Outcome, ...] = attrs.field(default=OUTCOMES, converter=as_tuple, kw_only=True)
    summary: str = attrs.field(default="", kw_only=True)

    def __attrs_post_init__(self) -> None:
        checks.require(InvalidRuleset, self, self.faults)

    @staticmethod
    def faults(given: Given) -> Iterator[Fault]:
        """Yield what is wrong with these values, and with what they say of each other."""
        yield from checks.text(given, "name", blank=False)
        yield from checks.text(given, "version", blank=False)
        yield from checks.text(given, "summary")
        yield from checks.choices(given, "stop_on", OUTCOMES)
        readable = {}
        for name, kind, limit, key in (
            ("steps", Step, MAX_STEPS, "id"),
            ("throttles", Throttle, MAX_THROTTLES, "id"),
            ("wording", Wording, MAX_COUNT, "id"),
            ("hours", Hours, MAX_COUNT, "name"),
        ):
            bad = list(checks.items(given, name, (kind,), limit))
            yield from bad
            if not bad:
                yield from checks.unique(given, name, key)
            if not bad and name in given:
                readable[name] = given[name]
        yield from reference_faults(readable)

    def step(self, id: str) -> Step:
        """Give the step of this id; raises `InvalidRuleset` if there is none."""
        for step in self.steps:
            if step.id == id:
                return step
        raise InvalidRuleset(f"there is no step {shown(id)}{did_you_mean(id, [step.id for step in self.steps])}")

    def hours_of(self, step: Step) -> Hours | None:
        """Give the hours in which the step may be done; None is at all times."""
        return next((hours for hours in self.hours if hours.name == step.during), None)

    def ends(self, step: Step, outcome: str | None) -> bool:
        """Tell whether this outcome ends the step."""
        return outcome in (self.stop_on if step.stop_on is None else step.stop_on)

    @property
    def digest(self) -> str:
        """The sha256 of the ruleset's canonical JSON: the same for the same rules, on any machine."""
        from followup_rules.data import canonical_digest  # the data forms stand after the rules

        return canonical_digest(self)

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
