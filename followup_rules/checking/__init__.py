"""Proof that a cadence is sound: `check` and `compare`, decided over a declared universe of interviews.

The modules in their order: `spans` (comparing moments), `universe` (which interviews there are), `shapes` (what the
record says of them), `compiled` and `engine` (plans in whole minutes), `cells` (the distinct cases), `findings` and `comparison`.
"""

from followup_rules.checking.comparison import Difference, compare
from followup_rules.checking.findings import Finding, Report, check

__all__ = ["Difference", "Finding", "Report", "check", "compare"]
