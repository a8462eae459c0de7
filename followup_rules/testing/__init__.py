"""Property-testing a cadence: strategies that make interviews, checks that shrink to a small counterexample.

    @given(histories(MY_CADENCE))
    def test_nobody_is_called_after_a_rejection(interview): ...

Needs `hypothesis`, the extra `testing`; assumes the whole package before it. Installed, the package
registers its strategies with hypothesis by itself, so that a type hint is enough: `@given(interview=...)`
over `def test(interview: Interview)`.
"""

from followup_rules.testing.limits import over_limit
from followup_rules.testing.machine import CadenceMachine, cadence_machine
from followup_rules.testing.records import contacts, histories, interviews, moments
from followup_rules.testing.rulesets import rulesets
from followup_rules.testing.soundness import assert_sound

__all__ = [
    "CadenceMachine",
    "assert_sound",
    "cadence_machine",
    "contacts",
    "histories",
    "interviews",
    "moments",
    "over_limit",
    "rulesets",
]
