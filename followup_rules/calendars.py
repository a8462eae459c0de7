"""Plans as iCalendar (RFC 5545), for any calendar or task list (extra `calendar`, built on `icalendar`).

Assumes plans, also edited ones; decides when something in a calendar is the same thing, changed or
gone. Pure: the stamp is the caller's, and the same arguments give the same bytes.

Moments stand in the plan's own zone, with the `VTIMEZONE` that says what it is: when a country moves
its clocks after the file was written, ten o'clock at their office still is ten o'clock. Fixed
offsets, and times of day that occur twice and are meant the second time, which RFC 5545 cannot
write with a zone, stand in UTC.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pendulum

from followup_rules.errors import Fault, FollowupError, shown
from followup_rules.moments import DAY, EPOCH_DAY, SECOND, Zone, day_of, find_zone, to_moment, zone_of
from followup_rules.plans import Action, Plan, require_aware, show
from followup_rules.telling import harmless, reach

if TYPE_CHECKING:
    from icalendar import Component, Timezone

DURATION = 15 * 60 * SECOND
"""How long an event lasts: enough for a call or an email, and to be seen in a week's view."""

_OURS = "@followup-rules"
_KINDS = ("VEVENT", "VTODO")
_TIMES = ("DTSTART", "DTEND", "DUE")
_MAX_SEQUENCE = 2**31 - 1


def to_ical(
    plans: Plan | Iterable[Plan],
    *,
    stamp: dt.datetime,
    since: Plan | Iterable[Plan] | str | bytes | None = None,
    todo: bool = False,
    alarm: dt.timedelta | None = dt.timedelta(0),
) -> bytes:
    """Give a plan, or an agenda of several, as an iCalendar file: one event (`todo=True`: one to-do) per action.

    Each has a UID that depends on nothing but the record's id, the step, the contact and whether it
    is an event or a to-do, so that importing again updates and never duplicates. `stamp`, an aware
    date-time, is when the file is made. Events last 15 minutes and leave the time free; a to-do is
    due at the action's deadline, without one (or past it) 15 minutes after its moment. `alarm` is
    how long before the moment to be reminded; None for not at all.

    `since` is what the calendar holds so far: the file that this function gave last time (best, as
    the `SEQUENCE` of whatever changed then rises with every file), or the plans of then, which count
    as `SEQUENCE` 0. What it has and the plans no longer have is `CANCELLED`; a to-do since done is
    `COMPLETED`. Entries in it that are not from here are left alone.

    Raises `FollowupError` for a naive `stamp`, for a `since` or an `alarm` that cannot be used, for
    two plans of one record id, and when the extra is missing.
    """
    try:
        from icalendar import Calendar
    except ImportError:
        raise FollowupError("needs the `calendar` extra: pip install 'followup-rules[calendar]'", source="to_ical") from None
    made_at = require_aware(stamp, "stamp").astimezone(dt.UTC)
    if alarm is not None and not (isinstance(alarm, dt.timedelta) and dt.timedelta(0) <= alarm <= dt.timedelta(days=28)):
        raise FollowupError([Fault(("alarm",), f"must be a time span from 0 to 28 days, or None, not {shown(str(alarm))}")])
    agenda = _as_agenda(plans, "plans")
    if since is None or isinstance(since, (str, bytes)):
        earlier = {} if since is None else _read(since)
    else:
        earlier = _components(_as_agenda(since, "since"), todo=todo, alarm=alarm)
    now = _components(agenda, todo=todo, alarm=alarm)
    done = _done(agenda)
    gone = {uid: _ended(old, done.get(uid)) for uid, old in earlier.items() if uid not in now}
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//followup-rules//followup-rules//EN")
    components = now | dict(sorted(gone.items()))
    for zone in _timezones(components.values()):
        calendar.add_component(zone)
    for uid, component in components.items():
        component.add("DTSTAMP", made_at)
        component.add("SEQUENCE", _sequence(component, earlier.get(uid)))
        calendar.add_component(component)
    written: bytes = calendar.to_ical()
    return written


def _uid(record: str, step: str, contact: str | None, *, todo: bool, count: int = 0) -> str:
    """Give the UID of an action in a calendar; `count` tells apart those that an edited plan has twice."""
    # An event and a to-do of the same action are two things, and a server keeps only one of a UID.
    key = json.dumps(["todo" if todo else "event", record, step, contact, count])
    return hashlib.sha256(key.encode()).hexdigest()[:32] + _OURS


def _as_agenda(plans: Plan | Iterable[Plan], name: str) -> tuple[Plan, ...]:
    if not isinstance(plans, Iterable | Plan):
        raise FollowupError([Fault((name,), f"must be a plan or several, not {shown(plans)}")])
    agenda = (plans,) if isinstance(plans, Plan) else tuple(plans)
    seen = set()
    for place, plan in enumerate(agenda):
        if not isinstance(plan, Plan):
            raise FollowupError([Fault((name, place), f"must be a plan, not {shown(plan)}")])
        if plan.interview.id in seen:
            text = f"has the record id {shown(plan.interview.id)} of a plan before it: give one of them an `id` of its own"
            raise FollowupError([Fault((name, place), text)])
        seen.add(plan.interview.id)
    return agenda


def _components(agenda: Iterable[Plan], *, todo: bool, alarm: dt.timedelta | None) -> dict[str, Component]:
    """Give every action as a component by its UID, without what tells one file from the next."""
    components: dict[str, Component] = {}
    for plan in agenda:
        for action in plan.actions:
            count, contact = 0, None if action.contact is None else action.contact.name
            while (uid := _uid(plan.interview.id, action.step, contact, todo=todo, count=count)) in components:
                count += 1
            components[uid] = _component(plan, action, uid, todo=todo, alarm=alarm)
    return components


def _component(plan: Plan, action: Action, uid: str, *, todo: bool, alarm: dt.timedelta | None) -> Component:
    from icalendar import Alarm, Event, Todo

    component: Component = Todo() if todo else Event()
    at = to_moment(action.at)
    until = at + DURATION
    if todo and action.deadline is not None and to_moment(action.deadline) > at:
        until = to_moment(action.deadline)
    title = harmless(action.title or action.step)
    whom = "" if action.contact is None else f"{action.contact.name}, "
    summary = f"{title} ({harmless(whom + plan.interview.company)})"
    component.add("UID", uid)
    for name, value in zip(("DTSTART", "DUE" if todo else "DTEND"), _times(action, at, until), strict=True):
        component.add(name, value)
    component.add("SUMMARY", summary)
    component.add("DESCRIPTION", "\n".join(_description(plan, action)))
    component.add("CATEGORIES", [action.channel])
    if todo:
        component.add("STATUS", "NEEDS-ACTION")
        if action.late:
            component.add("PRIORITY", 1)
    else:
        component.add("STATUS", "CONFIRMED")
        component.add("TRANSP", "TRANSPARENT")
    if alarm is not None:
        reminder = Alarm()
        reminder.add("ACTION", "DISPLAY")
        reminder.add("DESCRIPTION", summary)
        reminder.add("TRIGGER", -alarm)
        component.add_component(reminder)
    return component


def _times(action: Action, *moments: int) -> list[dt.datetime]:
    """Give moments as the file says them: full seconds (rounded up: never early), in the action's zone or in UTC."""
    zone = zone_of(action.at)
    assert zone is not None
    times: list[dt.datetime] = [zone.datetime(-(-moment // SECOND) * SECOND) for moment in moments]
    if zone.name == "UTC" or zone.name[0] in "+-" or any(time.fold for time in times):
        return [time.astimezone(dt.UTC) for time in times]
    return times


def _description(plan: Plan, action: Action) -> Iterator[str]:
    interview = plan.interview
    if action.contact is not None:
        title = f" ({harmless(action.contact.title)})" if action.contact.title else ""
        yield f"Whom: {reach(action.contact, action.channel)}{title}"
    yield f"When: {_told(action.at)}, {plan.timezone}"
    if action.deadline is not None:
        yield f"By: {_told(action.deadline)}" + (" (late)" if action.late else "")
    if action.expires is not None:
        yield f"Not after: {_told(action.expires)}"
    yield f"Interview: {harmless(str(interview))}, {_told(interview.starts_at)}, {interview.timezone}"
    for heading, lines in (("How", action.guidance), ("Why then", [reason.text for reason in action.because])):
        if lines:
            yield from ("", f"{heading}:", *(f"- {harmless(line)}" for line in lines))
    if action.if_unreachable:
        yield from ("", f"If unreachable: {harmless(action.if_unreachable)}")


def _told(moment: pendulum.DateTime) -> str:
    return show(moment).replace("  ", " ")  # padded to stand in columns, of which there are none here


def _read(text: str | bytes) -> dict[str, Component]:
    """Read what an earlier file says of our own entries, by their UID."""
    from icalendar import Calendar

    try:
        calendars = Calendar.from_ical(text, multiple=True)
    except ValueError as error:
        raise FollowupError([Fault(("since",), f"must be an iCalendar file that can be read: {error}")]) from None
    found = {}
    for component in (each for calendar in calendars for each in calendar.walk() if each.name in _KINDS):
        uid = str(component.get("UID", ""))
        if uid.endswith(_OURS):
            sequence = component.get("SEQUENCE", 0)
            if not (isinstance(sequence, int) and 0 <= sequence < _MAX_SEQUENCE):
                raise FollowupError([Fault(("since", uid, "SEQUENCE"), f"must be a whole number from 0 on, not {shown(sequence)}")])
            for name in ("DTSTART", "DTEND" if component.name == "VEVENT" else "DUE"):
                if _time(component, name) is None:
                    raise FollowupError([Fault(("since", uid, name), "must be a date-time with a zone, as written")])
            found[uid] = component
    return found


def _done(agenda: tuple[Plan, ...]) -> dict[str, dt.datetime]:
    """Give when to-dos were done, by the UID they have if they were in the calendar."""
    done_at: dict[str, dt.datetime] = {}
    for plan in agenda:
        each = {step.id for step in plan.ruleset.steps if step.to == "each"}
        for done in plan.done:
            names: list[str | None] = [done.contact]
            if done.contact is None or done.step not in each:  # it was done, whoever it was planned for
                names = [None, *(contact.name for contact in plan.interview.contacts)]
            done_at |= {_uid(plan.interview.id, done.step, name, todo=True): done.at for name in names}
    return done_at


def _ended(old: Component, done_at: dt.datetime | None) -> Component:
    """Give what became of an entry that is not planned any more: the same once again, completed or cancelled."""
    from icalendar import Event, Todo

    over: Component = Todo() if old.name == "VTODO" else Event()
    for name in ("UID", "SUMMARY", "DESCRIPTION", "CATEGORIES", "TRANSP"):
        if name in old:
            over[name] = old[name]
    for name in _TIMES:
        if time := _time(old, name):
            over.add(name, time.astimezone(dt.UTC))
    if done_at is not None:
        over.add("STATUS", "COMPLETED")
        over.add("COMPLETED", done_at.astimezone(dt.UTC).replace(microsecond=0))
        over.add("PERCENT-COMPLETE", 100)
    elif old.get("STATUS") == "COMPLETED":  # of a record that is not among the plans any more
        for name in ("STATUS", "COMPLETED", "PERCENT-COMPLETE"):
            over[name] = old[name]
    else:
        over.add("STATUS", "CANCELLED")
    return over


def _sequence(component: Component, old: Component | None) -> int:
    """Give how often an entry has changed: once more than the old one if it differs from it."""
    if old is None:
        return 0
    return int(old.get("SEQUENCE", 0)) + (_content(component) != _content(old))


def _content(component: Component) -> list[bytes]:
    """Give the lines that matter: all but those that tell one file from the next."""
    return [line for line in component.to_ical().splitlines() if not line.startswith((b"DTSTAMP", b"SEQUENCE"))]


def _timezones(components: Iterable[Component]) -> Iterator[Timezone]:
    """Give the zones that are named, by name, each for the whole years it is used in."""
    years: dict[str, set[int]] = {}
    for component in components:
        for time in filter(None, (_time(component, name) for name in _TIMES)):
            zone = zone_of(time)
            assert zone is not None
            if zone.name != "UTC":
                years.setdefault(zone.name, set()).add(time.year)
    for name, used in sorted(years.items()):
        zone = find_zone(name)
        assert zone is not None
        yield _timezone(zone, min(used), max(used))


def _time(component: Component, name: str) -> dt.datetime | None:
    """Give a property that is an aware date-time; None if it is missing or anything else."""
    value = getattr(component.get(name), "dt", None)
    return value if isinstance(value, dt.datetime) and value.utcoffset() is not None else None


def _timezone(zone: Zone, first: int, last: int) -> Timezone:
    """Tell a zone's offsets from the first day of one year to the last of another.

    Not by `icalendar.Timezone.from_tzinfo`: up to 7.3 it gives the start of summer time in the new offset,
    where RFC 5545 §3.6.5 asks for the old one, so that the first hour after the change is read wrongly.
    """
    from icalendar import Timezone

    # A day more on both sides, as these are days in UTC.
    start = (day_of(dt.date(first, 1, 1)) - EPOCH_DAY - 1) * DAY
    end = (day_of(dt.date(last + 1, 1, 1)) - EPOCH_DAY + 1) * DAY
    timezone = Timezone()
    timezone.add("TZID", zone.name)
    timezone.add_component(_observance(zone, start, _offset(zone, start)))
    for before in range(start, end, DAY):
        low, high = before, before + DAY
        if _offset(zone, low) != _offset(zone, high):
            while high - low > SECOND:
                middle = low + (high - low) // SECOND // 2 * SECOND
                low, high = (middle, high) if _offset(zone, middle) == _offset(zone, low) else (low, middle)
            timezone.add_component(_observance(zone, high, _offset(zone, low)))
    return timezone


def _observance(zone: Zone, moment: int, offset_before: int) -> Component:
    from icalendar import TimezoneDaylight, TimezoneStandard

    begins = zone.datetime(moment)
    part: Component = TimezoneDaylight() if begins.dst() else TimezoneStandard()
    day, wall = divmod(moment + offset_before, DAY)
    part.add("DTSTART", dt.datetime.fromordinal(EPOCH_DAY + day) + dt.timedelta(microseconds=wall))
    part.add("TZOFFSETFROM", dt.timedelta(microseconds=offset_before))
    part.add("TZOFFSETTO", dt.timedelta(microseconds=_offset(zone, moment)))
    part.add("TZNAME", begins.tzname())
    return part


def _offset(zone: Zone, moment: int) -> int:
    day, wall = zone.local(moment)
    return (day - EPOCH_DAY) * DAY + wall - moment
