"""Many records at once, as Arrow tables: one row in per record, one row out per action, skip or done (extra `arrow`).

The modules in their order: `schema` (the two tables), `reading` (a row as a record), `rows` (what is written), `clocks`
(time zones for whole columns), `texts`, `events` and `columns` (what of a batch the kernel can plan), `throttling`,
`history`, `offsets` and `turns` (what `throttling`, `state`, `offsets` and `planner` outside do for one record), `order`
(the rows of a plan in their order), `kernel` (the plans of records, column by column) and `planning`, which puts them
together. What the kernel does not cover the planner plans, row by row; both give the same rows.
"""

from followup_rules.errors import FollowupError

try:
    import numpy  # noqa: F401, ICN001 - only to see whether they are there
    import pyarrow  # noqa: F401, ICN001 - likewise
except ImportError:
    raise FollowupError("needs the `arrow` extra: pip install 'followup-rules[arrow]'", source="tables") from None

from followup_rules.tables.planning import plan_table
from followup_rules.tables.reading import record_table
from followup_rules.tables.schema import PLAN_SCHEMA, RECORD_SCHEMA

__all__ = ["PLAN_SCHEMA", "RECORD_SCHEMA", "plan_table", "record_table"]
