"""What comes out: a plan with its actions, what is done and what is skipped, and why.

Assumes records and rules. Holds results and shows them; decides nothing.
"""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections.abc import Iterable
from typing import Any, Literal

import attrs
import pendulum

from followup_rules import checks
from followup_rules.checks import as_aware, as_tuple, moment_and_zone
from followup_rules.errors import FollowupError, shown
from followup_rules.moments import Zone, as_datetime, find_zone, to_moment, zone_of
from followup_rules.record import Channel, Contact, Done, Interview
from followup_rules.rules import Ruleset

ReasonCode = Literal["due", "not-before", "as-of", "hours", "throttle"]
SkipCode = Literal["closed", "not-applicable", "no-contact", "no-anchor", "expired", "crowded-out"]
REASON_CODES: tuple[ReasonCode, ...] = ("due", "not-before", "as-of", "hours", "throttle")
SKIP_CODES: tuple[SkipCode, ...] = ("closed", "not-applicable", "no-contact", "no-anchor", "expired", "crowded-out")


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _when() -> Any:
    return attrs.field(converter=as_aware, eq=moment_and_zone)


def _maybe_when() -> Any:
    return attrs.field(default=None, converter=as_aware, eq=moment_and_zone)


@attrs.frozen
class Reason:
    """Why an action is when it is: what set or moved it, by which rule, and to which moment.

    `rule` is the id of the step or throttle, the name of the hours or the anchor of a not-before.
    """

    code: ReasonCode
    rule: str
    at: pendulum.DateTime = _when()
    text: str = ""

    def __str__(self) -> str:
        return self.text


Reasons = tuple[Reason, ...]


class _MadeWhenRead:
    """What has fields that are made when they are first read, and so is written with what is made of them."""

    __slots__ = ()

    def __getstate__(self) -> dict[str, Any]:
        kind: Any = type(self)
        return {field.name: getattr(self, field.name.lstrip("_")) for field in attrs.fields(kind)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)


class Settled:
    """What was settled for one record, of which all that tells of it is made when it is first read."""

    __slots__ = ()

    @abstractmethod
    def actions(self) -> tuple[Action, ...]:
        """Make the actions."""

    @abstractmethod
    def because(self, place: int) -> Reasons:
        """Make the reasons of the action at this place."""

    @abstractmethod
    def skipped(self) -> tuple[Skip, ...]:
        """Make the skips."""

    @abstractmethod
    def text(self, place: int) -> str:
        """Make the text of the skip at this place."""

    @abstractmethod
    def warnings(self) -> tuple[Violation, ...]:
        """Make the warnings."""


Later = tuple[Settled, int]
"""Reasons or a text that nobody has read yet: of whom to have them made, and for which action or skip."""


def _told(because: Reasons | Later) -> Reasons:
    if because and isinstance(because[0], Settled):
        settled, place = because
        return settled.because(place)
    return because


def _worded(text: str | Later) -> str:
    return text[0].text(text[1]) if isinstance(text, tuple) else text


@attrs.frozen(getstate_setstate=False)
class Action(_MadeWhenRead):
    """One thing to do: which step, for whom, when, until when, and why then.

    Moments are in the interview's zone. `because` is made when it is first read.
    """

    step: str
    title: str
    channel: Channel
    contact: Contact | None
    at: pendulum.DateTime = _when()
    deadline: pendulum.DateTime | None = _maybe_when()
    expires: pendulum.DateTime | None = _maybe_when()
    late: bool = False
    _because: Reasons | Later = attrs.field(default=(), converter=as_tuple, eq=_told, repr=False, alias="because")
    guidance: tuple[str, ...] = attrs.field(default=(), converter=as_tuple)
    if_unreachable: str = ""

    @property
    def because(self) -> Reasons:
        """The reasons for the moment, in the order in which they applied; the last `at` is the action's."""
        because = _told(self._because)
        object.__setattr__(self, "_because", because)
        return because

    def __str__(self) -> str:
        who = f" ({self.contact})" if self.contact else ""
        return f"{show(self.at)}  {self.title}{who}"


@attrs.frozen(getstate_setstate=False)
class Skip(_MadeWhenRead):
    """A step, or one contact's instance of it, that is not planned, and why: `code` for programs, `text` for people.

    `text` is made when it is first read: few texts ever are.
    """

    step: str
    contact: Contact | None
    code: SkipCode
    _text: str | Later = attrs.field(eq=_worded, repr=_worded, alias="text")

    @property
    def text(self) -> str:
        """Why, in words."""
        text = _worded(self._text)
        object.__setattr__(self, "_text", text)
        return text

    def __str__(self) -> str:
        return self.text


@attrs.frozen
class Violation:
    """Something in a plan, or already in the record, that breaks a rule."""

    code: str
    step: str
    contact: Contact | None
    text: str

    def __str__(self) -> str:
        return self.text


@attrs.frozen
class PlanDiff:
    """What changed from an older plan: actions added, removed, moved (older, newer) and kept."""

    added: tuple[Action, ...] = ()
    removed: tuple[Action, ...] = ()
    moved: tuple[tuple[Action, Action], ...] = ()
    kept: tuple[Action, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.moved)

    def __str__(self) -> str:
        lines = [f"+ {action}" for action in self.added]
        lines += [f"- {action}" for action in self.removed]
        lines += [f"> {newer}, was {show(older.at)}" for older, newer in self.moved]
        return "\n".join(lines) or "nothing changed"


def _actions(actions: tuple[Action, ...] | Settled) -> tuple[Action, ...]:
    return actions.actions() if isinstance(actions, Settled) else actions


def _skipped(skipped: tuple[Skip, ...] | Settled) -> tuple[Skip, ...]:
    return skipped.skipped() if isinstance(skipped, Settled) else skipped


def _warnings(warnings: tuple[Violation, ...] | Settled) -> tuple[Violation, ...]:
    return warnings.warnings() if isinstance(warnings, Settled) else warnings


@attrs.frozen(getstate_setstate=False)
class Plan(_MadeWhenRead):
    """The plan of one interview: what to do, what is done, what is not done and why.

    `as_of=None` is the plan from the start, in which nothing is overdue. What is planned, skipped and
    warned of is settled when the plan is made; the objects that tell of it are made when they are first read.
    """

    interview: Interview
    ruleset: Ruleset
    as_of: pendulum.DateTime | None = _maybe_when()
    _actions: tuple[Action, ...] | Settled = attrs.field(
        default=(), converter=as_tuple, eq=_actions, repr=lambda actions: repr(_actions(actions)), alias="actions"
    )
    done: tuple[Done, ...] = attrs.field(default=(), converter=as_tuple)
    _skipped: tuple[Skip, ...] | Settled = attrs.field(
        default=(), converter=as_tuple, eq=_skipped, repr=lambda skipped: repr(_skipped(skipped)), alias="skipped"
    )
    _warnings: tuple[Violation, ...] | Settled = attrs.field(
        default=(), converter=as_tuple, eq=_warnings, repr=lambda warnings: repr(_warnings(warnings)), alias="warnings"
    )
    timezone: str = attrs.field(default=attrs.Factory(lambda plan: plan.interview.timezone, takes_self=True))

    @property
    def actions(self) -> tuple[Action, ...]:
        """What to do, in the order of time."""
        actions = _actions(self._actions)
        object.__setattr__(self, "_actions", actions)
        return actions

    @property
    def skipped(self) -> tuple[Skip, ...]:
        """What is not done, in the order of the steps."""
        skipped = _skipped(self._skipped)
        object.__setattr__(self, "_skipped", skipped)
        return skipped

    @property
    def warnings(self) -> tuple[Violation, ...]:
        """What the record itself already broke."""
        warnings = _warnings(self._warnings)
        object.__setattr__(self, "_warnings", warnings)
        return warnings

    @property
    def next(self) -> Action | None:
        """The first action, or None if nothing is left to do."""
        return self.actions[0] if self.actions else None

    def due_by(self, moment: dt.datetime) -> tuple[Action, ...]:
        """Give the actions planned at or before an aware moment; raises `FollowupError` for a naive one."""
        limit = to_moment(require_aware(moment, "moment"))
        return tuple(action for action in self.actions if to_moment(action.at) <= limit)

    def diff(self, older: Plan) -> PlanDiff:
        """Tell what changed from an older plan; actions are the same by step and contact."""
        before, now = _keyed(older.actions), _keyed(self.actions)
        both = [(before[key], now[key]) for key in now if key in before]
        same = [to_moment(one.at) == to_moment(other.at) for one, other in both]
        return PlanDiff(
            added=tuple(action for key, action in now.items() if key not in before),
            removed=tuple(action for key, action in before.items() if key not in now),
            moved=tuple(pair for pair, kept in zip(both, same, strict=True) if not kept),
            kept=tuple(pair[1] for pair, kept in zip(both, same, strict=True) if kept),
        )

    def in_timezone(self, tz: str | dt.tzinfo) -> Plan:
        """Give the same plan with its moments told in another zone; texts still name the interview's own times.

        Raises `FollowupError` for an unknown zone.
        """
        zone = find_zone(tz) if isinstance(tz, str) else zone_of(dt.datetime(2000, 1, 1, tzinfo=tz))
        if zone is None:
            raise FollowupError(f"must be a time zone such as `Europe/Berlin`, not {shown(tz)}", source="timezone")
        return attrs.evolve(
            self,
            as_of=_moved(self.as_of, zone),
            actions=[_action_in(action, zone) for action in self.actions],
            done=[attrs.evolve(done, at=as_datetime(done.at, zone)) for done in self.done],
            timezone=zone.name,
        )

    def explain(self) -> str:
        """Tell why each thing is when it is, and why some are not there."""
        from followup_rules.telling import explain

        return explain(self)

    def svg(self) -> str:
        """Draw the plan as a time line: an SVG picture, light and dark, readable in black and white."""
        from followup_rules.picture import svg

        return svg(self)

    def __str__(self) -> str:
        from followup_rules.telling import table

        return table(self)


def require_aware(value: Any, name: str) -> dt.datetime:
    """Give the date-time back if it has a zone; raises `FollowupError` if it has none."""
    faults = list(checks.aware({name: value}, name))
    if faults:
        raise FollowupError(faults)
    moment: dt.datetime = value
    return moment


def show(moment: pendulum.DateTime) -> str:
    """Write a moment for people: `Wed 18 Nov 2026 14:00`; with its offset where the wall-clock time occurs twice."""
    # Not by strftime, whose names change with the process's locale.
    text = f"{show_date(moment)} {moment.hour:02}:{moment.minute:02}"
    return f"{text} ({moment.isoformat()[-6:]})" if moment.fold else text


def show_date(date: dt.date) -> str:
    """Write a date for people: `Wed 18 Nov 2026`."""
    return f"{_DAYS[date.weekday()]} {date.day} {_MONTHS[date.month - 1]} {date.year}"


def _moved(moment: pendulum.DateTime | None, zone: Zone) -> pendulum.DateTime | None:
    return None if moment is None else as_datetime(moment, zone)


def _action_in(action: Action, zone: Zone) -> Action:
    return attrs.evolve(
        action,
        at=as_datetime(action.at, zone),
        deadline=_moved(action.deadline, zone),
        expires=_moved(action.expires, zone),
        because=tuple(attrs.evolve(reason, at=as_datetime(reason.at, zone)) for reason in action.because),
    )


def _keyed(actions: Iterable[Action]) -> dict[tuple[str, str | None, int], Action]:
    """Key actions by step and contact; in an edited plan one may be there twice."""
    keyed: dict[tuple[str, str | None, int], Action] = {}
    for action in actions:
        step, contact, count = action.step, None if action.contact is None else action.contact.name, 0
        while (step, contact, count) in keyed:
            count += 1
        keyed[step, contact, count] = action
    return keyed
