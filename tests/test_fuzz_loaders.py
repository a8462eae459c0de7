"""Whatever a file or a value holds, loading gives an instance or a `FollowupError`: nothing else comes out.

Bytes are drawn at random and by breaking good files; values are drawn at random and by putting wrong
ones into good data, which gets far deeper than noise does.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup_rules import (
    CLASSIC,
    FollowupError,
    Interview,
    InvalidRecord,
    InvalidRuleset,
    Plan,
    Ruleset,
    from_data,
    load_interview,
    load_ruleset,
    plan,
    to_data,
)
from followup_rules.errors import Fault
from followup_rules.files import MAX_BYTES
from followup_rules.testing import histories, rulesets

LOADERS: dict[Callable[[Path], Any], tuple[type, type[FollowupError]]] = {
    load_interview: (Interview, InvalidRecord),
    load_ruleset: (Ruleset, InvalidRuleset),
}

TEXTS = st.sampled_from(
    ("", " ", "end", "email", "mon", "UTC", "Mars/Olympus", "10:00", "25:00", "2026-11-18", "2026-11-18T14:00:00")
)
# Numbers at the limits of what anything may hold; dates and times as TOML gives them.
ODD = st.sampled_from(
    (0, -1, 401, 2**63, 10**400, 1.5, float("nan"), float("inf"), "\ud800", "\x00", "x" * 5000, dt.time(10, 0, 1))
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | TEXTS | ODD | st.dates() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | TEXTS, inner, max_size=3),
    max_leaves=8,
)
GOOD = st.one_of(
    histories().map(lambda interview: (to_data(interview), Interview)),
    rulesets().map(lambda ruleset: (to_data(ruleset), Ruleset)),
    histories(max_events=2).map(lambda interview: (to_data(plan(interview)), Plan)),
)


def judged(load: Callable[[], Any], kind: type, error_kind: type[FollowupError]) -> Any:
    """Load, and hold that what comes out is an instance or one error that can be read."""
    try:
        made = load()
    except FollowupError as error:
        assert isinstance(error, error_kind)
        assert error.faults
        assert all(isinstance(fault, Fault) and fault.message for fault in error.faults)
        assert str(error).encode(errors="replace")
        return None
    assert isinstance(made, kind)
    return made


@st.composite
def broken_data(draw: st.DrawFn) -> tuple[Any, type]:
    """Good data in which one to three values are replaced, dropped, doubled or put under another key."""
    data, kind = draw(GOOD)
    data = copy.deepcopy(data)
    for _ in range(draw(st.integers(1, 3))):
        places = [(holder, key) for holder, key in _places(data) if isinstance(holder, (dict, list))]
        if places:
            holder, key = draw(st.sampled_from(places))
            change = draw(st.sampled_from(("replace", "drop", "double", "rename")))
            if change == "replace":
                holder[key] = draw(VALUES)
            elif change == "drop":
                del holder[key]
            elif change == "double" and isinstance(holder, list):
                holder.append(copy.deepcopy(holder[key]))
            elif isinstance(holder, dict):
                holder[draw(st.text(max_size=8) | TEXTS)] = holder.pop(key)
    return data, kind


def _places(data: Any) -> list[tuple[Any, Any]]:
    keys = list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    found: list[tuple[Any, Any]] = []
    for key in keys:
        found += [(data, key), *_places(data[key])]
    return found


@given(VALUES, st.sampled_from((Interview, Ruleset, Plan)))
def test_any_value_gives_an_instance_or_a_followup_error(value: Any, kind: Any) -> None:
    judged(lambda: from_data(value, kind), kind, FollowupError)


@given(broken_data())
def test_broken_data_gives_an_instance_or_a_followup_error(case: tuple[Any, Any]) -> None:
    data, kind = case
    made = judged(lambda: from_data(data, kind), kind, FollowupError)
    if made is not None:
        assert from_data(to_data(made), kind) == made


@given(st.binary(max_size=200), st.sampled_from(list(LOADERS)), st.sampled_from((".toml", ".json")))
def test_any_bytes_give_an_instance_or_the_error_of_the_file(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, load: Callable[[Path], Any], ending: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{ending}"
    path.write_bytes(content)
    judged(lambda: load(path), *LOADERS[load])


@given(st.data())
def test_a_damaged_file_gives_an_instance_or_the_error_of_the_file(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    value, kind = data.draw(GOOD.filter(lambda pair: pair[1] is not Plan))
    load = load_interview if kind is Interview else load_ruleset
    content = bytearray(json.dumps(value).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        content[start : start + data.draw(st.integers(0, 6))] = data.draw(
            st.binary(max_size=4) | st.sampled_from((b'"', b"{", b"]", b"\xff", b"1e999", b"null", b"-", b"\\ud800"))
        )
    path = tmp_path_factory.getbasetemp() / "damaged.json"
    path.write_bytes(content)
    judged(lambda: load(path), *LOADERS[load])


@given(histories(), rulesets())
def test_a_good_file_gives_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, interview: Interview, ruleset: Ruleset
) -> None:
    path = tmp_path_factory.getbasetemp() / "good.json"
    for value, load in ((interview, load_interview), (ruleset, load_ruleset)):
        path.write_text(json.dumps(to_data(value)), encoding="utf-8")
        assert load(path) == value


@pytest.mark.parametrize("load", LOADERS)
@pytest.mark.parametrize(
    ("ending", "content"),
    [
        pytest.param(".json", b"[" * 100_000, id="deep lists"),
        pytest.param(".json", b'{"a":' * 100_000, id="deep tables"),
        pytest.param(".toml", b"a=" + b"[" * 100_000, id="deep toml"),
        pytest.param(".toml", b".".join([b"a"] * 500_000) + b"=1", id="a key of many parts"),
        pytest.param(".toml", b"[" + b" . ".join([b'"a"'] * 100_000) + b"]", id="a heading of many parts"),
        pytest.param(".json", b"9" * 100_000, id="a number of many digits"),
        pytest.param(".toml", b"a = " + b"9" * 100_000, id="a toml number of many digits"),
        pytest.param(".json", b'{"steps": [' + b",".join([b"{}"] * 15_000) + b"]}", id="many steps"),
        pytest.param(".json", b'{"events": [' + b",".join([b"1"] * 30_000) + b"]}", id="many events"),
        pytest.param(".json", b'{"closed_on": [' + b",".join([b'"x"'] * 30_000) + b"]}", id="many dates"),
        pytest.param(".json", b"{" + b",".join(b'"k%d":1' % n for n in range(20_000)) + b"}", id="many keys"),
        pytest.param(".json", b"{" + b",".join(b'"k%d":1' % (n // 2) for n in range(20_000)) + b"}", id="many keys twice"),
        pytest.param(".json", b'{"a": 1' + b',"a": 1' * 100_000 + b"}", id="one key many times"),
        pytest.param(".json", b" " * (MAX_BYTES + 1), id="too large"),
        pytest.param(".json", b'"' + b"x" * (MAX_BYTES - 2) + b'"', id="one text as large as may be"),
    ],
)
def test_a_hostile_file_is_refused(tmp_path: Path, load: Callable[[Path], Any], ending: str, content: bytes) -> None:
    path = tmp_path / f"hostile{ending}"
    path.write_bytes(content)
    with pytest.raises(FollowupError) as caught:
        load(path)
    assert caught.value.source == str(path)


def test_a_wrong_ruleset_is_not_half_loaded() -> None:
    data = to_data(CLASSIC)
    data["steps"][0]["channel"] = "pigeon"
    data["throttles"][0]["days"] = 0
    with pytest.raises(InvalidRuleset) as caught:
        from_data(data, Ruleset)
    assert [fault.path for fault in caught.value.faults] == [("steps", 0, "channel"), ("throttles", 0, "days")]
