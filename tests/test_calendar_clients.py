"""Calendars as programs nobody here wrote read them: khal, todoman and ical.js.

Each is skipped where it is not installed; `CALENDAR_CLIENTS=required` makes that a failure, so that
a run that means to ask them cannot pass without. ical.js is found as node finds packages (`NODE_PATH`).
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pendulum
import pytest

from followup_rules import Decided, Done, Interview, Plan, plan
from followup_rules.calendars import to_ical
from followup_rules.plans import show
from tests.making import OLA

icalendar = pytest.importorskip("icalendar")

STAMP = dt.datetime(2026, 9, 1, 9, tzinfo=dt.UTC)
STARTS = {
    # Lord Howe moves its clocks by half an hour on 4 October 2026, Cairo at the end of 29 October, New York on 1 November.
    "Australia/Lord_Howe": "2026-09-25T14:00",
    "Africa/Cairo": "2026-10-21T14:00",
    "America/New_York": "2026-10-26T14:00",
    "+05:30": "2026-11-18T14:00",
}


def made(zone: str) -> Plan:
    return plan(Interview(company="Initech; Ünal, Söhne", starts_at=pendulum.parse(STARTS[zone], tz=zone_of(zone)), contacts=[OLA]))


def zone_of(zone: str) -> Any:
    return pendulum.FixedTimezone(330 * 60) if zone[0] == "+" else zone


def program(*names: str) -> str:
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        _absent(names[0])
    return str(found)


def _absent(name: str) -> None:
    if os.environ.get("CALENDAR_CLIENTS") == "required":
        pytest.fail(f"{name} is not installed, and CALENDAR_CLIENTS=required")
    pytest.skip(f"{name} is not installed")


def run(*command: str, home: Path) -> str:
    environment = os.environ | {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "XDG_CACHE_HOME": str(home),
        "XDG_DATA_HOME": str(home),
    }
    environment |= {"LC_ALL": "C.UTF-8", "TZ": "UTC"}
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False, timeout=120)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


class Khal:
    """khal with an empty calendar of its own."""

    def __init__(self, home: Path, zone: str) -> None:
        self.khal, self.home = program("khal"), home
        local = "Asia/Kolkata" if zone[0] == "+" else zone
        (home / "calendar").mkdir()
        self.config = home / "khal.conf"
        self.config.write_text(
            f"[calendars]\n[[followups]]\npath = {home / 'calendar'}\n[sqlite]\npath = {home / 'khal.db'}\n"
            f"[locale]\nlocal_timezone = {local}\ndefault_timezone = {local}\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\n"
            "longdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
        )

    def takes(self, text: bytes) -> None:
        file = self.home / "followups.ics"
        file.write_bytes(text)
        run(self.khal, "-c", str(self.config), "import", "--batch", "-a", "followups", str(file), home=self.home)

    def lists(self, first: dt.date) -> list[str]:
        form = "{cancelled}|{start-date} {start-time}|{title}"
        told = run(
            self.khal, "-c", str(self.config), "list", "--day-format", "", "--format", form, first.isoformat(), "60d", home=self.home
        )  # fmt: skip
        return [line for line in told.splitlines() if line]


@pytest.mark.parametrize("zone", STARTS)
def test_khal_lists_each_action_once_on_its_day_and_time_there(zone: str, tmp_path: Path) -> None:
    one, khal = made(zone), Khal(tmp_path, zone)
    for _ in range(2):
        khal.takes(to_ical(one, stamp=STAMP))
        listed = khal.lists(one.interview.starts_at.date() - dt.timedelta(days=2))
        assert sorted(line.split("|")[1] for line in listed) == [f"{action.at:%Y-%m-%d %H:%M}" for action in one.actions]
    assert any(line.endswith("|Call to ask about the status (Ola Berg, Initech; Ünal, Söhne)") for line in listed)


def test_khal_shows_what_moved_once_and_what_is_gone_as_cancelled(tmp_path: Path) -> None:
    one, khal = made("Africa/Cairo"), Khal(tmp_path, "Africa/Cairo")
    first = to_ical(one, stamp=STAMP)
    khal.takes(first)
    ended = plan(one.interview.record(Decided("rejection", at=one.interview.ends_at.add(days=1))))
    khal.takes(to_ical(ended, stamp=STAMP, since=first))
    listed = khal.lists(one.interview.starts_at.date() - dt.timedelta(days=2))
    assert len(listed) == len(one.actions)
    cancelled = {line.split("|")[2].split(" (")[0] for line in listed if line.startswith("CANCELLED")}
    assert cancelled == {action.title for action in one.diff(ended).added} != set()
    one_call = [line for line in listed if "Call to ask" in line]
    assert one_call == [f"CANCELLED |2026-10-28 10:00|{one_call[0].split('|')[2]}"]


@pytest.mark.parametrize("zone", STARTS)
def test_todoman_lists_each_action_once_with_when_it_is_due(zone: str, tmp_path: Path) -> None:
    todo, one = program("todo", "todoman"), made(zone)
    folder = tmp_path / "lists" / "followups"
    folder.mkdir(parents=True)
    config = tmp_path / "config.py"
    config.write_text(
        f'path = "{tmp_path}/lists/*"\ndate_format = "%Y-%m-%d"\ntime_format = "%H:%M"\ncache_path = "{tmp_path}/cache"\n'
    )

    def listed() -> dict[str, dict[str, Any]]:
        told = json.loads(run(todo, "--config", str(config), "--porcelain", "list", "--status", "ANY", home=tmp_path))
        assert len({each["summary"] for each in told}) == len(told)
        return {each["summary"].split(" (")[0]: each for each in told}

    text = to_ical(one, stamp=STAMP, todo=True)
    for _ in range(2):
        _fill(folder, text)
        due = {title: each["due"] for title, each in listed().items()}
        expected = {action.title: (action.deadline or action.at.add(minutes=15)).timestamp() for action in one.actions}
        assert due == pytest.approx(expected)
    later = plan(one.interview.record(Done("thank-you-email", at=one.interview.ends_at.add(hours=2))))
    _fill(folder, to_ical(later, stamp=STAMP, todo=True, since=text))
    assert {title for title, each in listed().items() if each["completed"]} == {"Send a thank-you email"}


def _fill(folder: Path, text: bytes) -> None:
    """Put each to-do in a file of its own, named by its UID: what a synchroniser does, and todoman reads."""
    calendar = icalendar.Calendar.from_ical(text)
    for todo in calendar.walk("VTODO"):
        alone = icalendar.Calendar(VERSION="2.0", PRODID=calendar["PRODID"])
        for part in (*calendar.walk("VTIMEZONE"), todo):
            alone.add_component(part)
        (folder / f"{todo['UID']}.ics").write_bytes(alone.to_ical())


READ_BY_ICAL_JS = """
const ICAL = require("ical.js").default || require("ical.js");
const calendar = new ICAL.Component(ICAL.parse(require("fs").readFileSync(0, "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
const told = calendar.getAllSubcomponents("vevent").map((part) => new ICAL.Event(part)).map((event) => ({
  uid: event.uid, sequence: event.sequence, summary: event.summary, description: event.description,
  start: event.startDate.toJSDate().toISOString(), wall: event.startDate.toString(), end: event.endDate.toJSDate().toISOString(),
  zone: event.startDate.zone.tzid,
  alarm: event.component.getFirstSubcomponent("valarm").getFirstPropertyValue("trigger").toSeconds(),
}));
console.log(JSON.stringify(told));
"""


@pytest.mark.parametrize("zone", STARTS)
def test_ical_js_reads_the_same_moments_by_the_rules_that_come_along(zone: str, tmp_path: Path) -> None:
    """ical.js knows no zones of its own: what it reads, it reads by our VTIMEZONE."""
    node = program("node")
    if subprocess.run([node, "-e", "require('ical.js')"], capture_output=True, check=False).returncode:
        _absent("ical.js")
    one = made(zone)
    text = to_ical(one, stamp=STAMP, alarm=dt.timedelta(minutes=10))
    done = subprocess.run([node, "-e", READ_BY_ICAL_JS], input=text, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    told = json.loads(done.stdout)
    utc = ZoneInfo("UTC")
    assert [each["start"] for each in told] == [f"{action.at.astimezone(utc):%Y-%m-%dT%H:%M:%S}.000Z" for action in one.actions]
    assert [each["end"] for each in told] == [
        f"{action.at.add(minutes=15).astimezone(utc):%Y-%m-%dT%H:%M:%S}.000Z" for action in one.actions
    ]
    assert {each["zone"] for each in told} == {"UTC" if zone[0] == "+" else zone}
    assert {(each["alarm"], each["sequence"]) for each in told} == {(-600, 0)}
    assert len({each["uid"] for each in told}) == len(one.actions)
    assert all(show(action.at).replace("  ", " ") in each["description"] for action, each in zip(one.actions, told, strict=True))
