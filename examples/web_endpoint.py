"""A small web endpoint: a record in, its plan out, both as JSON.

    python examples/web_endpoint.py 8000
    curl --data @record.json 'http://127.0.0.1:8000/plan?as_of=2026-11-18T16:00:00-05:00'

`application` is plain WSGI, for the standard library's server here and for any other. It stores nothing, and
takes no more than a record may have: a larger request is refused before it is read.

    POST /plan?as_of=WHEN&cadence=NAME    the plan; 422 with every fault and its path if the record cannot be read
    GET  /schema                          the JSON Schema of a record
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import make_server

from followup_rules import FollowupError, Interview, from_data, plan, to_data
from followup_rules.cadences import BY_NAME
from followup_rules.errors import render_path
from followup_rules.schemas import schema

MOST = 1 << 20


def application(environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], object]) -> Iterable[bytes]:
    """Answer one request, as WSGI has it."""
    status, data = respond(environ)
    body = json.dumps(data, ensure_ascii=False).encode()
    headers = [("Content-Type", "application/json; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]


def respond(environ: dict[str, Any]) -> tuple[HTTPStatus, Any]:
    """Give the status and the data for a request."""
    asked = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    if asked == ("GET", "/schema"):
        return HTTPStatus.OK, schema(Interview)
    if asked != ("POST", "/plan"):
        return HTTPStatus.NOT_FOUND, {"error": "there are POST /plan and GET /schema"}
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or len(length) > 9 or int(length) > MOST:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": "a record has at most 1 MiB"}
    query = parse_qs(environ.get("QUERY_STRING", ""))
    [name] = query.get("cadence", ["classic"])[:1]
    [when] = query.get("as_of", ["start"])[:1]
    if name not in BY_NAME:
        return HTTPStatus.BAD_REQUEST, {"error": f"cadence must be one of {', '.join(BY_NAME)}"}
    try:
        # A plus sign that was not escaped arrives as a space.
        as_of = None if when == "start" else dt.datetime.fromisoformat(when.replace(" ", "+"))
        data = json.loads(environ["wsgi.input"].read(int(length)))
    except (ValueError, RecursionError) as error:
        return HTTPStatus.BAD_REQUEST, {"error": f"cannot be read: {error}"}
    try:
        return HTTPStatus.OK, to_data(plan(from_data(data, Interview), BY_NAME[name], as_of=as_of))
    except FollowupError as error:
        faults = [{"path": render_path(fault.path) if fault.path else "", "message": fault.message} for fault in error.faults]
        return HTTPStatus.UNPROCESSABLE_ENTITY, {"faults": faults}


def main(port: str = "8000") -> None:
    with make_server("127.0.0.1", int(port), application) as server:
        print(f"http://127.0.0.1:{port}/plan and /schema; Ctrl-C ends it")
        server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
