"""The examples for assistants and web tools: what they define is true, and every call is answered."""

from __future__ import annotations

import http.client
import io
import json
import runpy
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import make_server
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import jsonschema
import pytest

from followup_rules import Interview, Plan, from_data, plan, to_data
from followup_rules.cadences import BY_NAME
from followup_rules.schemas import schema
from tests.making import AT, interview

EXAMPLES = Path(__file__).parent.parent / "examples"
ASSISTANT = runpy.run_path(str(EXAMPLES / "assistant_tool.py"))
WEB = runpy.run_path(str(EXAMPLES / "web_endpoint.py"))

CALL: dict[str, Any] = {"interview": to_data(interview()), "as_of": "2026-11-18T16:00:00-05:00"}

# --- an assistant's tool ---


def checks_arguments() -> Any:
    definition = ASSISTANT["tool"]()["input_schema"]
    jsonschema.Draft202012Validator.check_schema(definition)
    return jsonschema.Draft202012Validator(definition)


def test_the_definition_takes_what_is_answered_with_a_plan() -> None:
    assert checks_arguments().is_valid(CALL)
    answered = ASSISTANT["answer"](CALL)
    made = plan(interview(), as_of=AT.add(hours=2))
    assert [(one["step"], one["at"]) for one in answered["actions"]] == [(one.step, one.at.isoformat()) for one in made.actions]
    assert [one["because"] for one in answered["actions"]] == [[reason.text for reason in one.because] for one in made.actions]
    assert [(one["step"], one["why_not"]) for one in answered["not_planned"]] == [(one.step, one.text) for one in made.skipped]
    assert json.loads(json.dumps(answered)) == answered


@pytest.mark.parametrize("name", BY_NAME)
def test_every_cadence_can_be_asked_for(name: str) -> None:
    call = CALL | {"cadence": name}
    assert checks_arguments().is_valid(call)
    assert ASSISTANT["answer"](call)["actions"]


@pytest.mark.parametrize(
    ("call", "paths"),
    [
        ({}, {"as_of", "interview"}),
        (CALL | {"as_of": "tomorrow"}, {"as_of"}),
        (CALL | {"as_of": "2026-11-18T16:00:00"}, {"as_of"}),
        (CALL | {"as_of": None, "when": "now", "cadence": "clasic"}, {"as_of", "when", "cadence"}),
        (CALL | {"interview": {"company": "", "contacts": [{"nam": "Dana"}]}}, {"interview.company", "interview.timezone"}),
        (
            CALL | {"interview": CALL["interview"] | {"events": [{"kind": "done", "step": "nap", "at": "2026-11-18T16:00:00"}]}},
            {"interview.events[0].step"},
        ),
    ],
)
def test_faults_are_answers_each_with_its_path(call: dict[str, Any], paths: set[str]) -> None:
    answered = ASSISTANT["answer"](call)
    assert answered.keys() == {"faults"}
    told = {fault["path"] for fault in answered["faults"]}
    assert told >= paths
    assert all(fault["message"] for fault in answered["faults"])


def test_the_script_prints_the_definition_or_the_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ASSISTANT["main"]()
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(ASSISTANT["tool"]()))
    path = tmp_path / "call.json"
    path.write_text(json.dumps(CALL), encoding="utf-8")
    ASSISTANT["main"](str(path))
    assert json.loads(capsys.readouterr().out) == ASSISTANT["answer"](CALL)


# --- a web endpoint ---


@pytest.fixture
def connection() -> Iterator[http.client.HTTPConnection]:
    with make_server("127.0.0.1", 0, validator(WEB["application"])) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        made = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
        yield made
        made.close()
        server.shutdown()
        thread.join()


def test_a_record_goes_in_and_its_plan_comes_out(connection: http.client.HTTPConnection) -> None:
    body = json.dumps(to_data(interview()))
    connection.request("POST", "/plan?as_of=2026-11-18T21:00:00+00:00&cadence=minimal", body)
    answer = connection.getresponse()
    assert (answer.status, answer.headers.get_content_type()) == (200, "application/json")
    assert from_data(json.loads(answer.read()), Plan) == plan(interview(), BY_NAME["minimal"], as_of=AT.add(hours=2))


def asked(method: str, path: str, body: bytes = b"", **more: str) -> tuple[str, Any]:
    """Give the status and the data for a request."""
    path, _, query = path.partition("?")
    environ: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "CONTENT_LENGTH": str(len(body))}
    setup_testing_defaults(environ)
    environ |= {"wsgi.input": io.BytesIO(body)} | more
    told: list[str] = []
    parts = WEB["application"](environ, lambda status, headers: told.append(status))
    return told[0], json.loads(b"".join(parts))


def test_without_a_moment_it_is_the_plan_from_the_start() -> None:
    status, data = asked("POST", "/plan", json.dumps(to_data(interview())).encode())
    assert status == "200 OK"
    assert from_data(data, Plan) == plan(interview())


def test_the_schema_is_there() -> None:
    assert asked("GET", "/schema") == ("200 OK", json.loads(json.dumps(schema(Interview))))


@pytest.mark.parametrize(
    ("request_line", "body", "status"),
    [
        ("GET /", b"", "404"),
        ("GET /plan", b"", "404"),
        ("POST /plan", b"", "400"),
        ("POST /plan", b"\xff", "400"),
        ("POST /plan", b"[" * 100_000, "400"),
        ("POST /plan?as_of=tomorrow", b"{}", "400"),
        ("POST /plan?cadence=clasic", b"{}", "400"),
        ("POST /plan", b" " * ((1 << 20) + 1), "413"),
        ("POST /plan?as_of=2026-11-18T16:00:00", json.dumps(to_data(interview())).encode(), "422"),
        ("POST /plan", b"[]", "422"),
    ],
)
def test_a_bad_request_is_answered_in_plain_words(request_line: str, body: bytes, status: str) -> None:
    method, path = request_line.split()
    told, data = asked(method, path, body)
    assert told.startswith(status)
    assert data.get("error") or data["faults"]


@pytest.mark.parametrize("length", ["-1", "many", "9" * 5000])
def test_a_length_that_is_none_is_refused(length: str) -> None:
    assert asked("POST", "/plan", b"{}", CONTENT_LENGTH=length)[0].startswith("413")


def test_all_faults_of_a_record_are_told_with_their_paths() -> None:
    status, data = asked("POST", "/plan", b'{"company": "", "timezone": "Mars/Base"}')
    assert status.startswith("422")
    assert {fault["path"] for fault in data["faults"]} == {"company", "timezone", "starts_at"}


@pytest.mark.parametrize("script", ["assistant_tool.py", "web_endpoint.py"])
def test_each_script_opens_with_how_to_run_it(script: str) -> None:
    assert f"python examples/{script}" in (EXAMPLES / script).read_text(encoding="utf-8").split('"""')[1]
