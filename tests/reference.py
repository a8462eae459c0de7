"""A slow, obvious planner, written from the contract alone, to check the real one against.

It works on the plain data forms of section 8. Inside, every moment is kept in UTC, because two
aware datetimes of one zone are compared by their wall clocks. Nothing is remembered between two
questions: ideal moments, anchors and throttle counts are worked out anew whenever they are needed.
Section numbers below are those of the contract.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Data = dict[str, Any]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OUTCOMES = ["offer", "rejection", "withdrawn", "next-round"]
DETAIL = {"email": "email", "call": "phone", "letter": "address"}  # the detail a channel needs
Anchor = tuple[datetime, date, time]  # a moment, its local date and its wall-clock time
MIDNIGHT = time(0)
FAR = datetime.max.replace(tzinfo=UTC)


def from_wall(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Section 4: a skipped wall time moves forward by the gap, one that occurs twice is the first."""
    return datetime.combine(day, clock.replace(fold=0), tzinfo=zone).astimezone(UTC)


def read_moment(value: str, zone: ZoneInfo) -> datetime:
    """Section 8: a local date-time; one with an offset is converted."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        return from_wall(moment.date(), moment.time(), zone)
    return moment.astimezone(UTC)


def parse_as_of(text: str | None, zone: ZoneInfo | str) -> datetime | None:
    """The as_of of a vector: a local time in the zone given, or with an offset, or nothing."""
    where = ZoneInfo(zone) if isinstance(zone, str) else zone
    return None if text is None else read_moment(text, where).astimezone(where)


def same_detail(channel: str, one: str, other: str) -> bool:
    """Section 2, Unreachable: mail addresses are compared case-blind, phone numbers by digits."""
    if channel == "call":
        return digits(one) == digits(other)
    return one.casefold() == other.casefold() if channel == "email" else one == other


def digits(text: str) -> str:
    """The digits of a phone number."""
    return "".join(c for c in text if c in "0123456789")


class Record:
    """One interview, with the events that are seen."""

    def __init__(self, data: Data, as_of: datetime | None) -> None:
        """Section 5: events after as_of are not seen. Section 2: events are sorted by their moment."""
        self.zone = ZoneInfo(data["timezone"])
        self.start = read_moment(data["starts_at"], self.zone)
        ends = data.get("ends_at")
        self.end = read_moment(ends, self.zone) if ends else self.start + timedelta(hours=1)
        self.company: str = data["company"].casefold()
        self.format: str = data.get("format") or "in-person"
        self.contacts: list[Data] = list(data.get("contacts") or ())
        self.topics: list[str] = list(data.get("topics") or ())
        self.tags: list[str] = list(data.get("tags") or ())
        self.closed_on = [date.fromisoformat(day) for day in data.get("closed_on") or ()]
        self.decision_by: Any = data.get("decision_by")
        events = [(read_moment(e["at"], self.zone), e) for e in data.get("events") or ()]
        events.sort(key=lambda pair: pair[0])
        self.events: list[tuple[datetime, Data]] = [(at, e) for at, e in events if as_of is None or at <= as_of]

    def described(self, moment: datetime) -> Anchor:
        """A moment with its local date and wall-clock time."""
        local = moment.astimezone(self.zone)
        return moment, local.date(), local.time().replace(fold=0)

    def of_kind(self, kind: str) -> list[tuple[datetime, Data]]:
        """The events of one kind, in order."""
        return [(at, e) for at, e in self.events if e["kind"] == kind]

    def done(self, step: str) -> list[tuple[datetime, Data]]:
        """The Done events of one step, in order."""
        return [(at, e) for at, e in self.of_kind("done") if e["step"] == step]

    def has_detail(self, contact: Data, channel: str) -> bool:
        """Whether the detail is on record, as written; Unreachable does not change that."""
        return bool(contact.get(DETAIL[channel]))

    def reachable(self, contact: Data, channel: str) -> bool:
        """Section 2: a detail reported unreachable counts as missing while the record shows it."""
        if not self.has_detail(contact, channel):
            return False
        for _, e in self.of_kind("unreachable"):
            detail = e.get("detail") or contact[DETAIL[channel]]
            if (e["channel"], e["contact"]) == (channel, contact["name"]):
                if same_detail(channel, detail, contact[DETAIL[channel]]):
                    return False
        return True

    def recipient(self, step: Data) -> str | None:
        """Section 3, to="one": the first contact who can be reached on the channel."""
        if step["channel"] in DETAIL:
            for contact in self.contacts:
                if self.reachable(contact, step["channel"]):
                    return str(contact["name"])
        return None

    def done_for(self, step: Data, event: Data) -> list[str]:
        """Sections 2 and 4: the contact named; else those (for "one" the first) with the detail."""
        if event.get("contact") is not None:
            return [event["contact"]]
        if step["channel"] not in DETAIL:
            return []
        names = [c["name"] for c in self.contacts if self.has_detail(c, step["channel"])]
        return names if step.get("to", "one") == "each" else names[:1]

    def person(self, name: str) -> tuple[str, ...]:
        """Section 4: the same person by email, else by the phone's digits, else name and company."""
        contact = next((c for c in self.contacts if c["name"] == name), {"name": name})
        if contact.get("email"):
            return ("email", contact["email"].casefold())
        if digits(contact.get("phone") or ""):
            return ("phone", digits(contact["phone"]))
        return ("name", name.casefold(), self.company)

    def decision(self) -> date | None:
        """Section 2: the date of the latest Replied that gave one, else decision_by."""
        dated = [e["decision_by"] for _, e in self.of_kind("replied") if e.get("decision_by")]
        day = dated[-1] if dated else self.decision_by
        return date.fromisoformat(day) if day else None

    def outcome(self) -> str | None:
        """Section 2: the latest Decided rules."""
        decided = self.of_kind("decided")
        return str(decided[-1][1]["outcome"]) if decided else None

    def fact(self, text: str) -> bool:
        """Section 3, facts."""
        kind, _, value = text.partition(":")
        if kind == "can":
            return value not in DETAIL or any(self.reachable(c, value) for c in self.contacts)
        return {
            "format": self.format == value,
            "replied": bool(self.of_kind("replied")),
            "decision-date": self.decision() is not None,
            "topics": bool(self.topics),
            "outcome": self.outcome() == value,
            "done": bool(self.done(value)),
            "tag": value in self.tags,
        }[kind]


def is_open(hours: Data | None, record: Record, day: date) -> bool:
    """Section 3, Hours: open on these weekdays, and not on closed_on dates with shut_on_holidays."""
    if hours is None:
        return True
    if hours.get("shut_on_holidays", True) and day in record.closed_on:
        return False
    return WEEKDAYS[day.weekday()] in hours["days"]


def is_within(hours: Data | None, clock: time) -> bool:
    """Section 3, Hours: from opens up to but not including closes."""
    return hours is None or time.fromisoformat(hours["opens"]) <= clock < time.fromisoformat(hours["closes"])


class Instance:
    """Section 5.1: a step of one interview for one contact (or for none), and what became of it."""

    def __init__(self, interview: int, step: int, contact: int, name: str | None) -> None:
        """Its place in the order of interviews, steps and contacts, and its recipient."""
        self.interview, self.step, self.contact, self.name = interview, step, contact, name
        self.state = "open"  # then "done", "placed" or "skipped"
        self.code = ""
        self.at: datetime | None = None  # when it was done, or where it is placed
        self.late = False
        self.limits: dict[str, datetime | None] = {}  # deadline, expires, ideal


class Planner:
    """All the interviews planned together."""

    def __init__(self, ruleset: Data, interviews: list[Data], as_of: datetime | None) -> None:
        """Section 5: with as_of, nothing is planned before it, rounded up to the full minute."""
        self.ruleset = ruleset
        self.steps: list[Data] = list(ruleset["steps"])
        self.throttles: list[Data] = list(ruleset.get("throttles") or ())
        self.by_id: dict[str, Data] = {step["id"]: step for step in self.steps}
        seen = None if as_of is None else as_of.astimezone(UTC)
        self.floor = seen
        if seen is not None and (seen.second or seen.microsecond):
            self.floor = seen.replace(second=0, microsecond=0) + timedelta(minutes=1)
        self.records = [Record(data, seen) for data in interviews]
        self.instances: list[Instance] = []
        for i in range(len(self.records)):
            for s in range(len(self.steps)):
                self.instances += self.instances_of_step(i, s)

    def instances_of_step(self, i: int, s: int) -> list[Instance]:
        """Section 5.1: the instances of a step, and which of them a Done finished, the latest."""
        record, step = self.records[i], self.steps[s]
        dones = record.done(step["id"])
        if step.get("to", "one") != "each":
            single = Instance(i, s, 0, record.recipient(step))
            for at, event in dones:
                single.state, single.at = "done", at
                single.name = next(iter(record.done_for(step, event)), None)
            return [single]
        if any(not record.done_for(step, event) for _, event in dones):  # finished whole
            whole = Instance(i, s, 0, None)
            whole.state, whole.at = "done", dones[-1][0]
            return [whole]
        found = [Instance(i, s, c, who["name"]) for c, who in enumerate(record.contacts)]
        for at, event in dones:
            for one in found:
                if one.name in record.done_for(step, event):
                    one.state, one.at = "done", at
        return found or [Instance(i, s, 0, None)]  # nobody at all: one, to be skipped

    def during(self, step: Data) -> Data | None:
        """The hours of a step."""
        every: list[Data] = list(self.ruleset.get("hours") or ())
        return next((h for h in every if h["name"] == step.get("during")), None)

    def excluded(self, one: Instance) -> str:
        """Section 5.2: the first of the codes closed, not-applicable and no-contact that applies."""
        record, step = self.records[one.interview], self.steps[one.step]
        stop_on = step.get("stop_on")
        if stop_on is None:
            stop_on = self.ruleset.get("stop_on")
        if record.outcome() in (OUTCOMES if stop_on is None else stop_on):
            return "closed"
        needed, barred = step.get("only_if") or (), step.get("unless") or ()
        if not all(record.fact(f) for f in needed) or any(record.fact(f) for f in barred):
            return "not-applicable"
        if step["channel"] in DETAIL:
            asked = [c for c in record.contacts if c["name"] == one.name]
            if not any(record.reachable(c, step["channel"]) for c in asked):
                return "no-contact"
        return ""

    def anchor(self, i: int, name: str, ideally: bool) -> Anchor | None:
        """Section 3, anchors: the moment with its local date and wall-clock time, if it exists."""
        record = self.records[i]
        moments: list[datetime] = []
        if name == "start":
            moments = [record.start]
        elif name == "end":
            moments = [record.end]
        elif name == "decision":
            day = record.decision()
            return None if day is None else (from_wall(day, MIDNIGHT, record.zone), day, MIDNIGHT)
        elif name == "reply":
            moments = [at for at, e in record.of_kind("replied") if not e.get("decision_by")]
        elif name == "outcome":
            moments = [at for at, _ in record.of_kind("decided")]
        else:
            for one in self.instances:
                if one.interview != i or self.steps[one.step]["id"] != name:
                    continue
                moment = one.at
                if ideally and one.state != "done":  # section 4: else their ideal one
                    moment = None if self.excluded(one) else self.ideal(i, self.steps[one.step])
                if moment is not None:
                    moments.append(moment)
        return self.records[i].described(max(moments)) if moments else None

    def shifted(self, i: int, step: Data, after: Data, anchor: Anchor) -> datetime:
        """Section 4: what days, workdays and hours mean."""
        moment, day, clock = anchor
        if "hours" in after:
            return moment + timedelta(hours=after["hours"])
        if after.get("at") is not None:
            clock = time.fromisoformat(after["at"])
        day += timedelta(days=after.get("days", 0))
        left = after.get("workdays", 0)
        while left:
            day += timedelta(days=1 if left > 0 else -1)
            if is_open(self.during(step), self.records[i], day):
                left += -1 if left > 0 else 1
        return from_wall(day, clock, self.records[i].zone)

    def bound(self, i: int, step: Data, ideally: bool) -> tuple[datetime, time | None] | None:
        """Section 4: the latest of due and the not_befores, and the wanted wall-clock time."""
        due = step["due"]
        anchor = self.anchor(i, due["after"], ideally)
        if anchor is None:
            return None
        latest = self.shifted(i, step, due, anchor)
        for after in step.get("not_before") or ():
            other = self.anchor(i, after["after"], ideally)
            if other is not None:
                latest = max(latest, self.shifted(i, step, after, other))
        if "hours" in due:
            return latest, None
        return latest, anchor[2] if due.get("at") is None else time.fromisoformat(due["at"])

    def fit(self, i: int, step: Data, low: datetime, wanted: time | None, allowed: Callable[[date], bool]) -> datetime | None:
        """Section 4, fit to hours; hours are judged on the time before a clock change moves it."""
        record, hours = self.records[i], self.during(step)
        _, low_day, low_clock = self.records[i].described(low)
        for offset in range(800):
            day = low_day + timedelta(days=offset)
            if not is_open(hours, record, day):
                continue
            clock = time.fromisoformat(hours["opens"]) if hours else MIDNIGHT
            if wanted is not None and is_within(hours, wanted):
                clock = wanted
            moment = from_wall(day, clock, record.zone)
            if moment < low:
                if day != low_day or not is_within(hours, low_clock):
                    continue
                moment = low
            if allowed(self.records[i].described(moment)[1]):  # the date on which it really falls
                return moment
        return None

    def ideal(self, i: int, step: Data) -> datetime | None:
        """Section 4, ideal moment: no throttle and no as_of; None if there is no such moment."""
        found = self.bound(i, step, ideally=True)
        return None if found is None else self.fit(i, step, *found, lambda day: True)

    def counted(self, throttle: Data, scope: tuple[str, ...]) -> list[date]:
        """Section 4: the dates of the counted contacts of one scope, a person or a company."""

        def counts(step: str) -> bool:
            known = step in self.by_id and step not in (throttle.get("exempt") or ())
            return known and self.by_id[step]["channel"] in throttle["channels"]

        def times(record: Record, names: list[str], for_company: int) -> int:
            if throttle.get("per", "contact") == "company":
                return for_company if scope == (record.company,) else 0
            return sum(record.person(name) == scope for name in names)

        dates: list[date] = []
        for i, record in enumerate(self.records):
            for at, e in record.events:
                n = 0
                if e["kind"] == "contacted" and e["channel"] in throttle["channels"]:
                    if e.get("contact") is not None:
                        n = times(record, [e["contact"]], 1)
                    else:  # one event: once for each person, however often the record lists them
                        n = min(1, times(record, [c["name"] for c in record.contacts], 1))
                elif e["kind"] == "done" and counts(e["step"]):
                    names = record.done_for(self.by_id[e["step"]], e)
                    n = times(record, names, max(1, len(names)))  # nobody: once, in the company
                dates += [self.records[i].described(at)[1]] * n
        for one in self.instances:
            if one.state == "placed" and one.at is not None and counts(self.steps[one.step]["id"]):
                names = [] if one.name is None else [one.name]
                n = times(self.records[one.interview], names, 1)
                dates += [self.records[one.interview].described(one.at)[1]] * n
        return dates

    def allowed(self, one: Instance, day: date) -> bool:
        """Section 4: every throttle that counts the step allows the date, in every window with it."""
        record, step = self.records[one.interview], self.steps[one.step]
        for throttle in self.throttles:
            if step["channel"] not in throttle["channels"] or step["id"] in (throttle.get("exempt") or ()):
                continue
            if throttle.get("per", "contact") == "company":
                scope: tuple[str, ...] = (record.company,)
            elif one.name is not None:
                scope = record.person(one.name)
            else:
                continue  # nobody is contacted
            dates = [*self.counted(throttle, scope), day]
            length = throttle.get("days", 7)
            for back in range(length):
                first = day - timedelta(days=back)
                last = first + timedelta(days=length - 1)
                if sum(first <= d <= last for d in dates) > throttle.get("max", 1):
                    return False
        return True

    def settled(self, one: Instance) -> bool:
        """Section 5.3: no instance of a step that it is anchored on is still to be placed."""
        step = self.steps[one.step]
        names = [after["after"] for after in (step["due"], *(step.get("not_before") or ()))]
        siblings = [other for other in self.instances if other.interview == one.interview]
        return not any(o.state == "open" and self.steps[o.step]["id"] in names for o in siblings)

    def rank(self, one: Instance) -> tuple[int, datetime, int, int, int]:
        """Section 5.3: falling priority, rising ideal moment, order of interviews, steps, contacts."""
        step = self.steps[one.step]
        ideal = self.ideal(one.interview, step)
        return -step.get("priority", 0), FAR if ideal is None else ideal, one.interview, one.step, one.contact

    def limit(self, one: Instance, field: str) -> datetime | None:
        """Section 3: deadline or expires; one whose anchor does not exist is as if absent."""
        after, i = self.steps[one.step].get(field), one.interview
        if after is None:
            return None
        if after["after"] == "ideal":
            ideal = self.ideal(i, self.steps[one.step])
            anchor = None if ideal is None else self.records[i].described(ideal)
        else:
            anchor = self.anchor(i, after["after"], False)
        return None if anchor is None else self.shifted(i, self.steps[one.step], after, anchor)

    def place(self, one: Instance) -> None:
        """Section 5.3: its planned moment given those placed before, or why there is none."""
        i, step = one.interview, self.steps[one.step]
        found = self.bound(i, step, ideally=False)
        if found is None:
            one.state, one.code = "skipped", "no-anchor"
            return
        low, wanted = found
        if self.floor is not None:
            low = max(low, self.floor)
        deadline, expires = self.limit(one, "deadline"), self.limit(one, "expires")
        one.limits = {"deadline": deadline, "expires": expires, "ideal": self.ideal(i, step)}

        def too_late(moment: datetime | None) -> bool:
            return moment is None or (expires is not None and moment > expires)

        planned = self.fit(i, step, low, wanted, lambda day: self.allowed(one, day))
        if planned is not None and not too_late(planned):
            one.state, one.at = "placed", planned
            one.late = deadline is not None and planned > deadline
            return
        one.state = "skipped"
        one.code = "expired" if too_late(self.fit(i, step, low, wanted, lambda day: True)) else "crowded-out"

    def run(self) -> list[Data]:
        """Section 5: skip, place one by one, and sort the actions by moment, step and contact."""
        for one in self.instances:
            if one.state == "open" and self.excluded(one):
                one.state, one.code = "skipped", self.excluded(one)
        while waiting := [one for one in self.instances if one.state == "open"]:
            self.place(min((one for one in waiting if self.settled(one)), key=self.rank))
        return [self.result(i) for i in range(len(self.records))]

    def result(self, i: int) -> Data:
        """The plan of one interview; its moments are in the interview's zone."""

        def local(moment: datetime | None) -> datetime | None:
            return None if moment is None else moment.astimezone(self.records[i].zone)

        def entry(one: Instance) -> Data:
            return {"step": self.steps[one.step]["id"], "contact": one.name}

        mine = [one for one in self.instances if one.interview == i]
        placed = [one for one in mine if one.state == "placed"]
        placed.sort(key=lambda one: (one.at or FAR, one.step, one.contact))
        return {
            "actions": [
                {**entry(one), "at": local(one.at), "late": one.late} | {name: local(moment) for name, moment in one.limits.items()}
                for one in placed
            ],
            "done": [{**entry(one), "at": local(one.at)} for one in mine if one.state == "done"],
            "skipped": [{**entry(one), "code": one.code} for one in mine if one.state == "skipped"],
        }


def reference_plan(ruleset: Data, interviews: list[Data], as_of: datetime | None) -> list[Data]:
    """Section 5, plan_all: the plans of these interviews, which share their throttles."""
    return Planner(ruleset, interviews, as_of).run()


def _after(anchor: str, **rest: Any) -> Data:
    """An After in its data form."""
    return {"after": anchor, **rest}


def _hours(name: str, days: int, opens: str, closes: str, shut: bool) -> Data:
    """Hours on so many days from Monday on."""
    span: Data = {"opens": opens, "closes": closes, "shut_on_holidays": shut}
    return {"name": name, "days": list(WEEKDAYS[:days]), **span}


def _step(name: str, channel: str, due: Data, **rest: Any) -> Data:
    """A step whose title is its id."""
    return {"id": name, "title": name, "channel": channel, "due": due, **rest}


_WEEK, _DAY_AFTER = {"days": 7, "at": "00:00"}, {"days": 1, "at": "00:00"}
_HOLDS = [_after("decision", **_DAY_AFTER), _after("reply", **_WEEK), _after("thank-you-email", **_WEEK)]
_WAITS = [*_HOLDS, _after("status-call", **_WEEK), _after("status-by-email", **_WEEK)]
_EACH: Data = {"to": "each", "stop_on": []}
_CHECK: Data = {"during": "office", "not_before": _HOLDS, "expires": _after("ideal", days=14)}
_THROTTLE: Data = {"channels": ["email", "call"], "max": 1, "days": 7, "exempt": ["thank-you-email"]}

# The classic cadence (section 9), without its texts.
# fmt: off
CLASSIC: Data = {
    "name": "classic",
    "version": "1",
    "stop_on": OUTCOMES,
    "hours": [
        _hours("waking", 7, "08:00", "21:00", False),
        _hours("post", 6, "08:00", "18:00", True),
        _hours("office", 5, "09:00", "17:00", True),
    ],
    "steps": [
        _step("research", "task", _after("start", days=-1, at="18:00"), expires=_after("start", hours=0)),
        _step("business-card", "in-person", _after("end", hours=0), expires=_after("end", hours=1),
              only_if=["format:in-person"]),
        _step("thank-you-email", "email", _after("end", hours=2), during="waking", **_EACH,
              deadline=_after("end", hours=24), expires=_after("end", days=10)),
        _step("thank-you-letter", "letter", _after("end", days=1, at="09:00"), during="post", **_EACH,
              deadline=_after("end", days=3), expires=_after("end", days=7)),
        _step("status-call", "call", _after("end", days=7, at="10:00"), **_CHECK),
        _step("status-by-email", "email", _after("end", days=7, at="10:00"), **_CHECK,
              unless=["can:call", "done:status-call"]),
        _step("status-email", "email", _after("end", days=14, at="10:00"),
              **{**_CHECK, "not_before": _WAITS, "expires": _after("ideal", days=30)}),
    ],
    "throttles": [
        {"id": "one-a-week", "per": "contact", **_THROTTLE},
        {"id": "one-check-a-week", "per": "company", **_THROTTLE},
    ],
}
# fmt: on
