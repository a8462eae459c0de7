"""The universe that `check` and `compare` decide over: which interviews there are, and which of two is smaller.

A `Setting` is all of an interview but its dates: whom it was with, the facts, whether there is a
decision date or an event. Weekday, time of day and distance make an interview of it. What the rules
at hand do not read is left out, since no plan depends on it. `docs/deciding-a-cadence.md` gives the
reading of the contract's §6 that this module follows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import chain, combinations, product
from typing import TypeVar, cast

import attrs
import pendulum

from followup_rules.record import (
    CHANNELS,
    DETAIL_OF,
    FORMATS,
    OUTCOMES,
    Channel,
    Contact,
    Contacted,
    Decided,
    Done,
    Event,
    Format,
    Interview,
    Outcome,
    Replied,
)
from followup_rules.references import RECORD_ANCHORS
from followup_rules.rules import Ruleset, Step, Throttle

FIRST_MONDAY = dt.date(2024, 1, 1)
"""A Monday like any other: in UTC and without holidays plans move along with whole weeks."""

DECISION_DISTANCES = (0, 60)
EVENT_DISTANCES = (-7, 60)
"""The first and last day after the day on which the interview ends."""

T = TypeVar("T")

_NAMES = ("Alex Ash", "Blair Birch")


class Exhausted(Exception):
    """The work that a limit allows is used up."""


class Budget:
    """How many cases may still be worked out, and how much work that may be in all."""

    def __init__(self, cases: int, work: int) -> None:
        self.cases = cases
        self.work = work

    def spend(self, work: int = 1) -> None:
        """Spend some work; raises `Exhausted` when there is none left."""
        self.work -= work
        if self.work < 0:
            raise Exhausted

    def case(self) -> None:
        """Take one case more; raises `Exhausted` when there is none left."""
        self.cases -= 1
        if self.cases < 0:
            raise Exhausted


@attrs.frozen
class Kind:
    """One kind of event: what happens, of what (a step, a channel, an outcome), with which contact."""

    event: str
    what: str = ""
    place: int | None = None


DATED_REPLY = Kind("replied", "decision-date")
"""A reply that names the decision date: it is the date that has the distance."""


@attrs.frozen
class Setting:
    """An interview but for its dates: the channels of each contact, the facts, a decision date or an event."""

    contacts: tuple[tuple[Channel, ...], ...] = ()
    format: Format = "in-person"
    topics: bool = False
    tags: tuple[str, ...] = ()
    dated: bool = False
    event: Kind | None = None

    @property
    def size(self) -> tuple[int, ...]:
        """How large it is, to be compared: by events, decision date, contacts, details, facts."""
        details = sum(map(len, self.contacts))
        facts = (self.format != FORMATS[0]) + self.topics + len(self.tags)
        return (self.event is not None, self.dated, len(self.contacts), details, facts)

    @property
    def distances(self) -> tuple[int, int]:
        """The first and last distance there is, in days after the end; the same one where nothing has a distance."""
        if self.dated or self.event == DATED_REPLY:
            return DECISION_DISTANCES
        return (0, 0) if self.event is None else EVENT_DISTANCES

    def interview(self, weekday: int = 0, minute: int = 660, distance: int = 0) -> Interview:
        """Make the interview that ends on this weekday (0 for Monday) at this minute, with this distance in days."""
        end = pendulum.datetime(FIRST_MONDAY.year, FIRST_MONDAY.month, FIRST_MONDAY.day).add(days=weekday, minutes=minute)
        day = FIRST_MONDAY + dt.timedelta(days=weekday + distance)
        return Interview(
            company="Example Company",
            role="Engineer",
            starts_at=end.subtract(hours=1),
            format=self.format,
            contacts=[_contact(place, channels) for place, channels in enumerate(self.contacts)],
            topics=["the new release"] if self.topics else [],
            tags=self.tags,
            decision_by=day if self.dated else None,
            events=[] if self.event is None else [_event(self.event, day, end)],
        )


def _contact(place: int, channels: Sequence[Channel]) -> Contact:
    name = _NAMES[place]
    return Contact(
        name,
        email=f"{name.split()[0].lower()}@company.example" if "email" in channels else None,
        phone=f"+1 212 555 01{place:02}" if "call" in channels else None,
        address=f"{place + 1} Example Street" if "letter" in channels else None,
    )


def _event(kind: Kind, day: dt.date, end: pendulum.DateTime) -> Event:
    at = pendulum.datetime(day.year, day.month, day.day, 12)
    contact = None if kind.place is None else _NAMES[kind.place]
    if kind == DATED_REPLY:
        # The date counts and the moment does not: nothing is anchored on a reply that names one.
        return Replied(at=end.start_of("day").add(hours=12), decision_by=day)
    if kind.event == "done":
        return Done(kind.what, contact, at=at)
    if kind.event == "contacted":
        return Contacted(cast("Channel", kind.what), contact, at=at)
    if kind.event == "replied":
        return Replied(at=at)
    return Decided(cast("Outcome", kind.what), at=at)


@attrs.frozen
class Rules:
    """The part of a ruleset that is decided at one time: steps that hang together, and their throttles."""

    ruleset: Ruleset
    steps: tuple[Step, ...]
    throttles: tuple[Throttle, ...]

    @property
    def facts(self) -> frozenset[str]:
        """The facts that the steps read."""
        return frozenset(chain.from_iterable((*step.only_if, *step.unless) for step in self.steps))

    @property
    def anchors(self) -> frozenset[str]:
        """The anchors that the steps count from."""
        return frozenset(
            after.anchor
            for step in self.steps
            for after in (step.due, *step.not_before, step.deadline, step.expires)
            if after is not None
        )

    @property
    def outcomes(self) -> frozenset[str]:
        """The outcomes that make a difference: by ending a step, as a fact, or as an anchor."""
        if "outcome" in self.anchors:
            return frozenset(OUTCOMES)
        ending = {outcome for step in self.steps for outcome in OUTCOMES if self.ruleset.ends(step, outcome)}
        return frozenset(ending | {fact.partition(":")[2] for fact in self.facts if fact.startswith("outcome:")})

    @property
    def done(self) -> frozenset[str]:
        """The steps of which it makes a difference that they were done."""
        facts = {fact.partition(":")[2] for fact in self.facts if fact.startswith("done:")}
        counted = {step.id for step in self.steps for throttle in self.throttles if throttle.counts(step.id, step.channel)}
        return frozenset(facts | counted | self.anchors.difference((*RECORD_ANCHORS, "ideal")))

    @property
    def channels(self) -> frozenset[Channel]:
        """The channels for which it makes a difference who has the detail."""
        used = {step.channel for step in self.steps}
        return frozenset(
            channel for channel in CHANNELS if channel in DETAIL_OF and (channel in used or f"can:{channel}" in self.facts)
        )


def settings(parts: Sequence[Rules], budget: Budget) -> Iterator[Setting]:
    """Yield the settings that differ for these parts of rulesets: one, or an old and a new one."""
    channels = [channel for channel in CHANNELS if any(channel in part.channels for part in parts)]
    dated = any("decision" in part.anchors or "decision-date" in part.facts for part in parts)
    subsets = list(_subsets(channels))
    contacts = [who for count in (range(3) if channels else (0,)) for who in product(subsets, repeat=count)]
    steps = sum(len(part.steps) for part in parts)
    kinds = [list(_kinds(parts, count, dated=dated)) for count in range(3)]
    for format, topics, tags in _facts(parts, budget):
        for who in contacts:
            events: list[Kind | None] = [None, *kinds[len(who)]]
            for kind in events:
                budget.spend(10 * steps)  # reading a record is the dearest look there is
                yield Setting(who, format, topics, tags, event=kind)
            if dated:
                yield Setting(who, format, topics, tags, dated=True)


def _facts(parts: Sequence[Rules], budget: Budget) -> Iterator[tuple[Format, bool, tuple[str, ...]]]:
    """Yield formats, topics and tags, but those alone that some step tells apart from all smaller ones."""
    facts = frozenset(chain.from_iterable(part.facts for part in parts))
    pool: list[str] = []
    if any(fact.startswith("format:") for fact in facts):
        pool += [f"format:{format}" for format in FORMATS[1:]]
    pool += sorted(fact for fact in facts if fact == "topics" or fact.startswith("tag:"))
    seen: set[tuple[bool, ...]] = set()
    steps = sum(len(part.steps) for part in parts)
    for chosen in _subsets(pool):
        budget.spend(steps)
        formats: list[Format] = [format for format in FORMATS[1:] if f"format:{format}" in chosen] or [FORMATS[0]]
        holds = {*chosen, f"format:{formats[0]}"}
        told = tuple(_may_apply(step, holds) for part in parts for step in part.steps)
        if len(formats) == 1 and told not in seen:
            seen.add(told)
            yield formats[0], "topics" in chosen, tuple(fact.partition(":")[2] for fact in chosen if fact.startswith("tag:"))


def _may_apply(step: Step, holds: set[str]) -> bool:
    """Tell whether a step may apply as far as format, topics and tags are concerned."""
    return all(fact in holds for fact in step.only_if if _is_plain(fact)) and not any(fact in holds for fact in step.unless)


def _is_plain(fact: str) -> bool:
    return fact == "topics" or fact.startswith(("format:", "tag:"))


def _kinds(parts: Sequence[Rules], contacts: int, *, dated: bool) -> Iterator[Kind]:
    """Yield the kinds of events that the parts read; a step that one of two rulesets lacks cannot be done."""
    facts = frozenset(chain.from_iterable(part.facts for part in parts))
    places = (None, *range(contacts))
    known = set.intersection(*({step.id for step in part.ruleset.steps} for part in parts))
    for id in sorted(known.intersection(*[frozenset().union(*(part.done for part in parts))])):
        yield from (Kind("done", id, place) for place in places)
    counted = {channel for part in parts for throttle in part.throttles for channel in throttle.channels}
    for channel in sorted(counted):
        yield from (Kind("contacted", channel, place) for place in places)
    if "replied" in facts or any("reply" in part.anchors for part in parts):
        yield Kind("replied")
        if "replied" in facts and dated:
            yield DATED_REPLY
    for outcome in OUTCOMES:
        if any(outcome in part.outcomes for part in parts):
            yield Kind("decided", outcome)


def _subsets(values: Sequence[T]) -> Iterator[tuple[T, ...]]:
    return chain.from_iterable(combinations(values, count) for count in range(len(values) + 1))


def described(*rulesets: Ruleset, conclusive: bool = True) -> str:
    """Tell in words which interviews are decided over, and where the search for cases was cut short."""
    facts = sorted(frozenset(chain.from_iterable((*step.only_if, *step.unless) for ruleset in rulesets for step in ruleset.steps)))
    near, far = DECISION_DISTANCES
    before, after = EVENT_DISTANCES
    text = (
        "all interviews of one hour in UTC, without holidays: every weekday, every minute of the day, every subset of the "
        f"details of up to two contacts, every fact that is read ({', '.join(facts) or 'none'}), and the decision date none or "
        f"{near} to {far} days after the end; and the same without a decision date but with one event of a kind that is read, "
        f"at 12:00 from {-before} days before the end to {after} days after it"
    )
    if conclusive:
        return text
    return f"{text}. Not decided on all of it: the limit was reached first, and what was not found may still be there"
