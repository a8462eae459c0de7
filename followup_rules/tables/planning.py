"""`plan_table`: an Arrow table of records in, a table of their plans out, slice by slice.

Assumes all other modules of the package. Planning is per record, and rows depend on nothing else;
with `group` the records that share throttles are planned together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from typing import Any

import numpy as np
import pyarrow as pa

from followup_rules.cadences.classic import CLASSIC
from followup_rules.compiled import compiled
from followup_rules.errors import Fault, FollowupError, InvalidRecord, did_you_mean, shown
from followup_rules.moments import rounded_up, to_moment
from followup_rules.planner import plan_all
from followup_rules.plans import Plan, require_aware
from followup_rules.record import Interview
from followup_rules.rules import Ruleset
from followup_rules.state import company_key, refuse_unknown_steps
from followup_rules.tables.columns import plain_records
from followup_rules.tables.kernel import covers, plan_records
from followup_rules.tables.reading import read_rows
from followup_rules.tables.rows import Numbers, Written, merged, to_arrow
from followup_rules.tables.schema import PLAN_SCHEMA, Columns, columns_of
from followup_rules.tables.texts import counts_of

SLICE = 65_536
"""How many records are worked on at once: many, as each slice has its costs, and few enough to take little memory."""


def plan_table(
    records: pa.Table | pa.RecordBatch, ruleset: Ruleset = CLASSIC, *, as_of: dt.datetime | None = None, group: str | None = None
) -> pa.Table | pa.RecordBatch:
    """Plan every record of an Arrow table or record batch; a table gives a table, a batch a batch, of `PLAN_SCHEMA`.

    One row of `RECORD_SCHEMA` gives the rows of its plan: actions, then what is done, then what is
    skipped, each as `plan(record, ruleset, as_of=as_of)` has it and in its order. `row` is the record's
    place in the table given. A record that is not valid gives one row with its `fault`.

    `group` names a column: records with the same value in it are planned together, as `plan_all` does,
    so that throttles span them; nulls are on their own. `"company"` compares names as throttles do.

    Raises `FollowupError` for what is no Arrow table, for columns that are missing, unknown or of
    another type, and for a naive `as_of`.
    """
    if not isinstance(records, (pa.Table, pa.RecordBatch)):
        raise FollowupError(f"must be a pyarrow Table or RecordBatch, not {shown(type(records).__name__)}", source="table")
    if as_of is not None:
        require_aware(as_of, "as_of")
    if group is not None and group not in records.schema.names:
        hint = did_you_mean(group, records.schema.names)
        raise FollowupError([Fault(("group",), f"must name a column of the table, not {shown(group)}{hint}")])
    together = isinstance(records, pa.Table) and group is not None
    table = pa.Table.from_batches([records]) if isinstance(records, pa.RecordBatch) else records
    if together:
        table = table.combine_chunks()
    batches = table.to_batches(max_chunksize=None if group is not None else SLICE) or [_no_records(table.schema)]
    made = []
    first = 0
    for batch in batches:
        columns = columns_of(batch, () if group is None else (group,))
        made.append(_planned(columns, first, ruleset, as_of, None if group is None else _groups(batch, group)))
        first += len(batch)
    out = pa.Table.from_batches(made, schema=PLAN_SCHEMA)
    if isinstance(records, pa.Table):
        return out
    (batch,) = out.combine_chunks().to_batches() or [_no_records(PLAN_SCHEMA)]
    return batch


def _no_records(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([], field.type) for field in schema], schema=schema)


def _groups(batch: pa.RecordBatch, group: str) -> list[Hashable]:
    """Give what each row is grouped by: its value in the column, a null by its own place."""
    values = batch.column(group).to_pylist()
    if group == "company":
        values = [None if value is None else company_key(value) for value in values]
    return [(None, place) if value is None else (value,) for place, value in enumerate(values)]


def _planned(
    columns: Columns, first: int, ruleset: Ruleset, as_of: dt.datetime | None, groups: list[Hashable] | None
) -> pa.RecordBatch:
    """Plan a slice."""
    contacts = columns["contacts"]
    pieces: list[Numbers] = []
    left = np.ones(len(contacts), dtype=bool)
    rules = compiled(ruleset)
    if len(contacts) and groups is None and covers(rules):
        seen_until = None if as_of is None else to_moment(as_of)
        bound = None if seen_until is None else rounded_up(seen_until)
        for records in plain_records(columns, rules, seen_until):
            for numbers, sure in plan_records(records, rules, bound):
                left[sure] = False
                pieces.append(numbers)
    written = Written(ruleset)
    if left.any():
        rows = np.flatnonzero(left)
        counts = counts_of(contacts)
        before = (np.cumsum(counts) - counts)[rows]
        there = columns if left.all() else {name: column.filter(pa.array(left)) for name, column in columns.items()}
        outcomes = _plans(list(read_rows(there)), ruleset, as_of, groups)
        for row, first_contact, outcome in zip(rows.tolist(), before.tolist(), outcomes, strict=True):
            if isinstance(outcome, Plan):
                written.plan(row, outcome, first_contact)
            else:
                written.fault(row, outcome)
    whole = merged(pieces, written.numbers(), left)
    return to_arrow(whole, written.faults, ruleset, columns["id"], contacts.flatten().field("name"), first)


def _plans(
    rows: list[Interview | InvalidRecord], ruleset: Ruleset, as_of: dt.datetime | None, groups: list[Hashable] | None
) -> list[Plan | InvalidRecord]:
    """Plan records, those of one group together; what cannot be planned is its own error, and stands in nobody's way."""
    outcomes: list[Any] = list(rows)
    together: dict[Hashable, list[int]] = {}
    for place, interview in enumerate(rows):
        if isinstance(interview, Interview):
            try:
                refuse_unknown_steps(interview, ruleset)
            except InvalidRecord as error:
                outcomes[place] = error
            else:
                together.setdefault(place if groups is None else groups[place], []).append(place)
    for places in together.values():
        plans = plan_all([outcomes[place] for place in places], ruleset, as_of=as_of)
        for place, plan in zip(places, plans, strict=True):
            outcomes[place] = plan
    return outcomes
