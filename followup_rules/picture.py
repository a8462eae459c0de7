"""A plan as a picture: a time line in SVG, one row for each thing done or to do, in the order of time.

Assumes a plan, also one that was edited; decides only where things stand on the page. Built with the
standard library's XML alone: shapes, lines and texts are all it takes, and a drawing library would
be one more thing to install. Deterministic: no clock, no random ids, no fonts measured.

How it is to be read, in black and white too: the shape of a mark is its channel; an outline with a
tick is done; a ring and the word late mean late. The strip in a row is when the step's hours are
open, columns in grey are weekends and the dates the office is shut, a hatched tail is the time that
a throttle keeps quiet after a contact, and a dotted line leads from where an action was due. Moments
are in the plan's zone; hours and closed dates are the employer's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from followup_rules.moments import HOUR, date_of, day_of, to_moment, wall_of
from followup_rules.picture_rows import CHANNEL_NAMES, Row, rows_of, zone_of_plan
from followup_rules.picture_style import SHAPES, TICK, style
from followup_rules.plans import Plan, show, show_date
from followup_rules.rules import WEEKDAYS
from followup_rules.telling import NOTHING, harmless, width

_LABELS, _TOP, _ROW, _MARGIN = 332, 114, 44, 20  # the time line begins right of the labels and below the heading
_LEAST, _MOST, _PER_DAY = 640, 1600, 10  # how wide the time line is


def svg(plan: Plan) -> str:
    """Draw a plan as a time line: an SVG document, to be saved as a file or put into a page as it is.

    Light or dark as the reader's system is. Everything drawn has its text, for a pointer that rests on
    it and for screen readers. Steps that are not planned are counted, and told in the description.
    """
    return _Drawing(plan).as_text()


_KEYS = {
    "done": "done",
    "open": "open hours",
    "closed": "weekend or shut",
    "trace": "moved from when it was due",
    "quiet": "kept quiet by a throttle",
    "deadline": "deadline",
    "late": "late",
}


class _Drawing:
    """The page: which moments it spans, and where on it things stand."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.zone, self.office = zone_of_plan(plan), plan.interview.zone
        self.now = None if plan.as_of is None else to_moment(plan.as_of)
        self.rows = rows_of(plan)
        self.shown: set[str] = set()  # what the key has to explain
        shown = [moment for row in self.rows for moment in (row.moment, row.due) if moment is not None]
        shown += [to_moment(plan.interview.ends_at), *([] if self.now is None else [self.now])]
        self.first, self.last = self.zone.local(min(shown))[0], self.zone.local(max(shown))[0]
        self.begin, self.end = self.zone.moment(self.first, 0), self.zone.moment(self.last + 1, 0)
        days = self.last + 1 - self.first
        self.line = max(_LEAST, min(days * _PER_DAY, _MOST))
        self.day_width = self.line / days
        self._tells_hours = self.day_width >= 150
        self.wide = _LABELS + self.line + _MARGIN
        self.bottom = _TOP + _ROW * len(self.rows)
        key = "\n".join((plan.interview.id, plan.timezone, str(plan.as_of), str(plan.ruleset)))
        self.id = "plan-" + hashlib.sha256(key.encode()).hexdigest()[:10]  # a page may hold several pictures

    def x(self, moment: int) -> float:
        """Give where a moment stands; a day with a clock change is as much longer or shorter as it is."""
        moment = min(max(moment, self.begin), self.end)
        return round(_LABELS + (moment - self.begin) / (self.end - self.begin) * self.line, 1)

    def as_text(self) -> str:
        """Give the document."""
        root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "id": self.id, "role": "graphics-document"})
        title = f"Plan: {harmless(str(self.plan.interview))}"
        root.attrib |= {"aria-label": title, "font-family": "system-ui,-apple-system,'Segoe UI',sans-serif", "font-size": "13"}
        _add(root, "title").text = title
        _add(root, "desc").text = "\n".join(self._description())
        _add(root, "style").text = style(f"#{self.id}")
        pattern = _add(_add(root, "defs"), "pattern", id=f"{self.id}-quiet", width=5, height=5, patternUnits="userSpaceOnUse")
        pattern.set("patternTransform", "rotate(45)")
        _add(pattern, "rect", "hatch", width=1.5, height=5)
        _add(root, "rect", "page", width="100%", height="100%")
        self._heading(root)
        behind = _add(root, "g", **{"aria-hidden": "true"})
        self._closed(behind)
        self._axis(behind)
        listed = _add(root, "g", role="list")
        for place, row in enumerate(self.rows):
            self._row(_add(listed, "g", "row", role="listitem", **{"aria-label": row.text}), row, _TOP + _ROW * place)
        self._now(behind)
        tall = self._footer(_add(root, "g", **{"aria-hidden": "true"}))
        root.attrib |= {"viewBox": f"0 0 {self.wide} {tall}", "width": str(self.wide), "height": str(tall)}
        indent(root, " ")
        return tostring(root, encoding="unicode") + "\n"

    def _description(self) -> Iterator[str]:
        yield from (f"{row.text}." for row in self.rows)
        yield from (f"Not planned: {harmless(skip.text)}" for skip in self.plan.skipped)

    def _heading(self, root: Element) -> None:
        plan = self.plan
        _text(root, _MARGIN, 36, _cut(str(plan.interview), self.wide - 2 * _MARGIN, 12), "heading")
        told = f"Cadence {plan.ruleset}, " + ("from the start" if plan.as_of is None else f"as of {show(plan.as_of)}")
        _text(root, _MARGIN, 58, _cut(f"{told}. Times in {plan.timezone}.", self.wide - 2 * _MARGIN, 6.5), "small muted")

    def _closed(self, behind: Element) -> None:
        """Grey the weekends and the dates the office is shut."""
        closed = {day_of(date) for date in self.plan.interview.closed_on}
        for day in range(self.first - 1, self.last + 2):
            left, right = self.x(self.office.moment(day, 0)), self.x(self.office.moment(day + 1, 0))
            if right > left and (day in closed or (day - 1) % 7 >= 5):
                self.shown.add("closed")
                part = _add(behind, "rect", "closed", x=left, y=_TOP - 24, width=right - left, height=self.bottom - _TOP + 24)
                why = "the office is shut" if day in closed else "weekend"
                _add(part, "title").text = f"{show_date(date_of(day)).replace('  ', ' ')}: {why}"

    def _axis(self, behind: Element) -> None:
        """Draw the dates: months above, days below as far as there is room, and hours where a day is wide."""
        free_from = 0.0
        for day in range(self.first, self.last + 1):
            weekday, number, month, year = show_date(date_of(day)).split()
            left, middle = self.x(self.zone.moment(day, 0)), self.x(self.zone.moment(day, 0) + 12 * HOUR)
            if (day == self.first or number == "1") and left >= free_from and left + 60 < self.wide:
                _text(behind, left + 2, _TOP - 32, f"{month} {year}", "small muted")
                free_from = left + 80
            monday = weekday == "Mon"
            if monday or day == self.first or self.day_width >= 20:
                _line(behind, f"M{left} {_TOP - 24}V{self.bottom}", "rule")
            if self.day_width >= 44:
                _text(behind, middle, _TOP - 8, f"{weekday} {number}", "small muted middle")
            elif self.day_width >= 18:
                _text(behind, middle, _TOP - 8, number, "small muted middle")
            elif monday and self.day_width >= 4 and left + 18 < self.wide:
                _text(behind, left + 3, _TOP - 8, number, "small muted")
            if self._tells_hours:
                for hour in (6, 12, 18):
                    at = self.x(self.zone.moment(day, hour * HOUR))
                    _line(behind, f"M{at} {_TOP}V{self.bottom}", "rule")
                    _text(behind, at, self.bottom + 14, f"{hour:02}:00", "small muted middle")
        for y in range(_TOP, self.bottom + 1, _ROW):
            _line(behind, f"M{_MARGIN} {y}H{self.wide - _MARGIN}", "rule")

    def _row(self, group: Element, row: Row, top: int) -> None:
        middle, room = top + _ROW // 2, _LABELS - _MARGIN - 24
        _add(group, "title").text = row.text
        words = _add(group, "g", **{"aria-hidden": "true"})
        _text(words, _MARGIN, middle - 3, _cut(row.label, room, 7.4), "label")
        under = _cut(row.under, room - 40 * row.late, 6.5)
        if row.late:
            _text(words, _MARGIN, middle + 14, "LATE", "small late")
        _text(words, _MARGIN + 40 * row.late, middle + 14, under, "small muted")
        if row.kind == "action":
            _line(group, self._open(row.step, middle), "open")
            self.shown.add("open")
        at = self.x(row.moment)
        if row.quiet_until is not None and (until := self.x(row.quiet_until)) > at:
            quiet = _add(group, "rect", x=at, y=middle - 9, width=round(until - at, 1), height=18, fill=f"url(#{self.id}-quiet)")
            self.shown.add("quiet")
            _add(quiet, "title").text = "A throttle keeps this time quiet"
        if row.due is not None and row.due != row.moment:
            due = self.x(row.due)
            _line(group, f"M{due} {middle}H{at}", "trace")
            _add(group, "circle", "was", cx=due, cy=middle, r=4)
            self.shown.add("trace")
        if row.deadline is not None and self.begin <= row.deadline <= self.end:
            _line(group, f"M{self.x(row.deadline)} {middle - 12}V{middle + 12}", "deadline")
            self.shown.add("deadline")
        done = row.kind in ("done", "contacted")
        self._mark(group, row.channel, at, middle, done=done, late=row.late)
        self.shown |= {row.channel} | ({"done"} if done else set()) | ({"late"} if row.late else set())
        _add(group[-1], "title").text = row.text

    def _open(self, step: str, middle: int) -> str:
        """Give the strip of when a step's hours are open, as a path; of a step without hours: all the time."""
        steps = [one for one in self.plan.ruleset.steps if one.id == step]
        hours = self.plan.ruleset.hours_of(steps[0]) if steps else None
        if hours is None:
            return f"M{_LABELS} {middle}H{_LABELS + self.line}"
        closed = set(map(day_of, self.plan.interview.closed_on)) if hours.shut_on_holidays else set()
        parts = []
        for day in range(self.first - 1, self.last + 2):
            if WEEKDAYS[(day - 1) % 7] in hours.days and day not in closed:
                left, right = (self.x(self.office.moment(day, wall_of(wall))) for wall in (hours.opens, hours.closes))
                parts += [f"M{left} {middle}H{right}"] if right > left else []
        return "".join(parts)

    def _mark(self, parent: Element, channel: str, x: float, y: int, *, done: bool = False, late: bool = False) -> None:
        group = _add(parent, "g", f"mark {channel}{' done' if done else ''}", transform=f"translate({x} {y})")
        outline, *upon = SHAPES[channel]
        if late:
            _add(group, "circle", "ring", r=14)
        _line(group, outline, "shape")
        for line in [TICK] if done else upon:
            _line(group, line, "upon")

    def _now(self, behind: Element) -> None:
        if self.now is not None:
            at, below = self.x(self.now), 28 if self._tells_hours else 14
            _line(behind, f"M{at} {_TOP}V{self.bottom + below - 11}", "now")
            _text(behind, at, self.bottom + below, "now", "small middle")

    def _footer(self, footer: Element) -> int:
        """Draw the key of what this picture shows, and say what it does not; give how tall the page is."""
        x, y = _MARGIN, self.bottom + 54
        for name, text in self._keys():
            wide = 34 + round(6.6 * len(text)) + 14
            if x + wide > self.wide:
                x, y = _MARGIN, y + 30
            self._key(footer, name, x + 14, y)
            _text(footer, x + 32, y + 4, text, "small muted")
            x += wide
        notes = [] if self.plan.actions else [NOTHING]
        if skipped := len(self.plan.skipped):
            notes.append(f"Not planned: {skipped}; the table says why.")
        if notes:
            y += 32
            _text(footer, _MARGIN, y, " ".join(notes), "small muted")
        return y + 24

    def _keys(self) -> Iterator[tuple[str, str]]:
        yield "interview", "interview"
        for name, text in (*CHANNEL_NAMES.items(), *_KEYS.items()):
            if name in self.shown:
                yield name, text

    def _key(self, footer: Element, name: str, x: int, y: int) -> None:
        if name in SHAPES:
            self._mark(footer, name, x, y)
        elif name == "done":
            self._mark(footer, "task", x, y, done=True)
        elif name == "open":
            _line(footer, f"M{x - 12} {y}H{x + 12}", "open")
        elif name in ("closed", "quiet"):
            part = _add(footer, "rect", "closed" if name == "closed" else "", x=x - 12, y=y - 9, width=24, height=18)
            if name == "quiet":
                part.set("fill", f"url(#{self.id}-quiet)")
        elif name == "trace":
            _line(footer, f"M{x - 8} {y}H{x + 12}", "trace")
            _add(footer, "circle", "was", cx=x - 8, cy=y, r=4)
        elif name == "deadline":
            _line(footer, f"M{x} {y - 12}V{y + 12}", "deadline")
        else:
            _add(footer, "circle", "ring", cx=x, cy=y, r=10)


def _add(parent: Element, tag: str, css: str = "", **attributes: float | str) -> Element:
    names = {"class": css} if css else {}
    return SubElement(parent, tag, names | {name: str(value) for name, value in attributes.items()})


def _text(parent: Element, x: float, y: float, text: str, css: str) -> None:
    _add(parent, "text", css, x=round(x, 1), y=y).text = text


def _line(parent: Element, path: str, css: str) -> None:
    _add(parent, "path", css, d=path)


def _cut(text: str, room: float, column: float) -> str:
    """Cut a text to the room there is, at so many pixels a column: nearly always wide enough, as no font is measured."""
    text = harmless(text)
    if width(text) * column <= room:
        return text
    while text and (width(text) + 1) * column > room:
        text = text[:-1]
    return text.rstrip() + "…"
