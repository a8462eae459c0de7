"""Rule engines doing what they can of the same job: each decides which steps apply, and a plain helper gives the dates.

The helper is the floor itself, so a peer's figure is the floor's plus what the engine takes to
decide. Each maker gives a function from the record's facts to the ids of the steps that apply;
one whose engine is not installed, or does not run on this Python, raises.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from followup_rules import Interview

Decide = Callable[[dict[str, Any]], list[str]]

ORDER = ("research", "business-card", "thank-you-email", "thank-you-letter", "status-call", "status-by-email", "status-email")


def facts(interview: Interview) -> dict[str, Any]:
    """Give what the engines decide on."""
    contact = interview.contacts[0]
    return {
        "format": interview.format,
        "email": contact.email is not None,
        "phone": contact.phone is not None,
        "address": contact.address is not None,
    }


def rule_engine() -> Decide:
    engine = importlib.import_module("rule_engine")
    texts = ("true", "format == 'in-person'", "email", "address", "phone", "email and not phone", "email")
    rules = [(step, engine.Rule(text)) for step, text in zip(ORDER, texts, strict=True)]
    return lambda given: [step for step, rule in rules if rule.matches(given)]


def business_rules() -> Decide:
    variables = importlib.import_module("business_rules.variables")
    actions = importlib.import_module("business_rules.actions")
    engine = importlib.import_module("business_rules.engine")

    class Facts(variables.BaseVariables):  # type: ignore[misc, name-defined]
        def __init__(self, given: dict[str, Any]) -> None:
            self.given = given

        @variables.string_rule_variable()
        def format(self) -> str:
            return str(self.given["format"])

        @variables.boolean_rule_variable()
        def email(self) -> bool:
            return bool(self.given["email"])

        @variables.boolean_rule_variable()
        def phone(self) -> bool:
            return bool(self.given["phone"])

        @variables.boolean_rule_variable()
        def address(self) -> bool:
            return bool(self.given["address"])

    class Plan(actions.BaseActions):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            self.steps: list[str] = []

        @actions.rule_action(params={"step": "text"})
        def do(self, step: str) -> None:
            self.steps.append(step)

    def is_true(name: str) -> dict[str, Any]:
        return {"name": name, "operator": "is_true", "value": True}

    conditions: tuple[dict[str, Any], ...] = (
        {"all": []},
        {"name": "format", "operator": "equal_to", "value": "in-person"},
        is_true("email"),
        is_true("address"),
        is_true("phone"),
        {"all": [is_true("email"), {"name": "phone", "operator": "is_false", "value": True}]},
        is_true("email"),
    )
    rules = [
        {
            "conditions": {"all": [condition]} if "name" in condition else condition,
            "actions": [{"name": "do", "params": {"step": step}}],
        }
        for step, condition in zip(ORDER[1:], conditions[1:], strict=True)
    ]

    def decide(given: dict[str, Any]) -> list[str]:
        plan = Plan()
        engine.run_all(rule_list=rules, defined_variables=Facts(given), defined_actions=plan)
        return ["research", *plan.steps]  # the engine has no condition that is always true

    return decide


def zen() -> Decide:
    # Its decision tables are read anew at each call; one compiled expression for all steps is its fastest way.
    compile_expression = importlib.import_module("zen").compile_expression
    texts = ("true", "format == 'in-person'", "email", "address", "phone", "email and not phone", "email")
    expression = compile_expression(f"[{', '.join(texts)}]")
    return lambda given: [step for step, applies in zip(ORDER, expression.evaluate(given), strict=True) if applies]


def clips() -> Decide:
    environment = importlib.import_module("clips").Environment()
    environment.build("(deftemplate facts (slot format) (slot email) (slot phone) (slot address))")
    found: list[str] = []
    environment.define_function(lambda step: found.append(str(step)), name="plan-step")
    patterns = (
        "",
        '(format "in-person")',
        "(email TRUE)",
        "(address TRUE)",
        "(phone TRUE)",
        "(email TRUE) (phone FALSE)",
        "(email TRUE)",
    )
    for place, (step, pattern) in enumerate(zip(ORDER, patterns, strict=True)):
        environment.build(f'(defrule {step} (declare (salience {-place})) (facts {pattern}) => (plan-step "{step}"))')
    template = environment.find_template("facts")
    symbol = importlib.import_module("clips").Symbol
    yes, no = symbol("TRUE"), symbol("FALSE")

    def decide(given: dict[str, Any]) -> list[str]:
        environment.reset()
        found.clear()
        template.assert_fact(
            format=given["format"],
            email=yes if given["email"] else no,
            phone=yes if given["phone"] else no,
            address=yes if given["address"] else no,
        )
        environment.run()
        return list(found)

    return decide


def durable() -> Decide:
    lang = importlib.import_module("durable.lang")
    found: list[str] = []
    m = lang.m

    def rule(step: str) -> Callable[[Any], None]:
        return lambda _: found.append(step)

    with lang.ruleset("followup"):
        conditions = (
            m.seen == 1,
            m.format == "in-person",
            m.email == 1,
            m.address == 1,
            m.phone == 1,
            (m.email == 1) & (m.phone == 0),
            m.email == 1,
        )
        for step, condition in zip(ORDER, conditions, strict=True):
            lang.when_all(condition)(rule(step))

    def decide(given: dict[str, Any]) -> list[str]:
        found.clear()
        fact = {"seen": 1, "format": given["format"]} | {name: int(given[name]) for name in ("email", "phone", "address")}
        lang.assert_fact("followup", fact)
        lang.retract_fact("followup", fact)
        return sorted(set(found), key=ORDER.index)

    return decide


def arta() -> Decide:
    engine_class = importlib.import_module("arta").RulesEngine

    def applies(names: tuple[str, ...]) -> Callable[..., bool]:
        return lambda **given: all(given[name] for name in names)

    conditions: dict[str, tuple[Callable[..., bool], dict[str, str]]] = {
        "research": (lambda: True, {}),
        "business-card": (lambda form: form == "in-person", {"form": "input.format"}),
        "thank-you-email": (lambda email: email, {"email": "input.email"}),
        "thank-you-letter": (lambda address: address, {"address": "input.address"}),
        "status-call": (lambda phone: phone, {"phone": "input.phone"}),
        "status-by-email": (lambda email, phone: email and not phone, {"email": "input.email", "phone": "input.phone"}),
        "status-email": (lambda email: email, {"email": "input.email"}),
    }
    rules = {
        step: {
            "YES": {
                "condition": condition,
                "condition_parameters": parameters,
                "action": lambda value: value,
                "action_parameters": {"value": True},
            },
            "NO": {
                "condition": None,
                "condition_parameters": None,
                "action": lambda value: value,
                "action_parameters": {"value": False},
            },
        }
        for step, (condition, parameters) in conditions.items()
    }
    engine = engine_class(rules_dict=rules)

    def decide(given: dict[str, Any]) -> list[str]:
        result = engine.apply_rules(given)
        return [step for step in ORDER if result[step]]

    return decide


def experta() -> Decide:
    import collections
    import collections.abc

    if not hasattr(collections, "Mapping"):  # one of its dependencies asks for the old place
        collections.Mapping = collections.abc.Mapping  # type: ignore[attr-defined]
    lib = importlib.import_module("experta")

    def rule(step: str, *patterns: Any) -> Any:
        def fire(self: Any) -> None:
            self.found.append(step)

        fire.__name__ = step.replace("-", "_")
        return lib.Rule(*patterns)(fire)

    fact = lib.Fact
    rules = {
        "research": (fact(seen=True),),
        "business-card": (fact(format="in-person"),),
        "thank-you-email": (fact(email=True),),
        "thank-you-letter": (fact(address=True),),
        "status-call": (fact(phone=True),),
        "status-by-email": (fact(email=True, phone=False),),
        "status-email": (fact(email=True),),
    }
    engine = type("Engine", (lib.KnowledgeEngine,), {name.replace("-", "_"): rule(name, *given) for name, given in rules.items()})()

    def decide(given: dict[str, Any]) -> list[str]:
        engine.reset()
        engine.found = []
        engine.declare(fact(seen=True, **given))
        engine.run()
        return sorted(engine.found, key=ORDER.index)

    return decide


PEERS: dict[str, Callable[[], Decide]] = {
    "zen-engine": zen,
    "rule-engine": rule_engine,
    "business-rules": business_rules,
    "clipspy": clips,
    "durable-rules": durable,
    "arta": arta,
    "experta": experta,
}
