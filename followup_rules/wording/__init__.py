"""Wording: what a message must not say, and what it must, judged by rules of a ruleset.

`review` is the front door. Behind it stand, each importing only from those before: tokens, sentences,
lexicon, clusters, reading, grammar (how a text is read); outcome_grammar, courtesy_grammar, facts, neural, outcome_features,
courtesy_features, weights (what it shows); remark, register, asks_outcome, courtesy, follow_up, phrases (the detectors).
The page docs/wording.md says what each decides and how well. Nothing here reads the clock or the internet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from followup_rules.cadences.classic import CLASSIC
from followup_rules.errors import FollowupError, shown
from followup_rules.rules import Ruleset, Wording
from followup_rules.wording import asks_outcome, courtesy
from followup_rules.wording.follow_up import misspellings
from followup_rules.wording.phrases import mentions, occurrences
from followup_rules.wording.reading import Reading, read
from followup_rules.wording.remark import Hit, Judge, Remark

__all__ = ["MAX_TEXT", "Judge", "Remark", "review"]

MAX_TEXT = 100_000
"""Code points of a text to review; longer ones are refused."""

_SEVERITIES = ("error", "warning", "note")


def review(
    text: str,
    *,
    ruleset: Ruleset = CLASSIC,
    step: str | None = None,
    topics: Iterable[str] = (),
    judges: Iterable[Judge] = (),
) -> tuple[Remark, ...]:
    """Judge a message by the wording rules of a ruleset; give the remarks, sorted by place.

    `step`: the id of the step that the message is for. Rules with `steps` run for those steps alone; with None only rules
    without. `topics`: the subjects discussed in the interview, which a rule may require to be mentioned; without any
    there is nothing to mention. `judges`: callables from the text to further remarks, merged with ours.

    Offsets count Python code points. A remark on what is missing has the span (0, 0). Time grows linearly with the text.
    Raises `FollowupError` for what is no text, for more than 100,000 code points, and for a judge whose
    remarks do not fit the text; `InvalidRuleset` for a step that is not in the ruleset.
    """
    if not isinstance(text, str):
        raise FollowupError(f"must be a text, not {shown(text)}", source="text to review")
    if len(text) > MAX_TEXT:
        raise FollowupError(f"must be at most {MAX_TEXT:,} characters, not {len(text):,}", source="text to review")
    subjects = (topics,) if isinstance(topics, str) else tuple(topics)
    if not all(isinstance(topic, str) for topic in subjects):
        raise FollowupError("must be texts", source="topics")
    spoken = step is not None and ruleset.step(step).channel == "call"
    rules = [rule for rule in ruleset.wording if not rule.steps or step in rule.steps]
    readings = read(text)
    remarks = [remark for rule in rules for remark in _remarks(rule, text, readings, subjects, spoken=spoken)]
    for judge in judges:
        remarks += _judged(judge, text)
    return tuple(sorted(dict.fromkeys(remarks), key=lambda remark: (remark.start, remark.end, remark.rule, remark.message)))


def _remarks(rule: Wording, text: str, readings: Sequence[Reading], topics: Sequence[str], *, spoken: bool) -> Iterator[Remark]:
    for hit in _hits(rule, text, readings, topics, spoken=spoken):
        message = f"{hit.why[0].upper()}{hit.why[1:]}. {rule.because}".rstrip()
        yield Remark(rule.id, rule.severity, hit.start, hit.end, message, hit.instead)


def _hits(rule: Wording, text: str, readings: Sequence[Reading], topics: Sequence[str], *, spoken: bool) -> Iterator[Hit]:
    """Give what one rule finds, in order."""
    if rule.forbid == "asks-outcome":
        yield from asks_outcome.find(readings, spoken=spoken)
    elif rule.forbid == "pushy":
        yield from courtesy.pushy(readings)
    elif rule.forbid == "follow-up-misspelt":
        for found in misspellings(text):
            written = text[found.start : found.end]
            yield Hit(found.start, found.end, f"`{written}` is not how it is spelled here: `{found.right}`", found.right)
    elif rule.require == "thanks":
        if not courtesy.gives_thanks(readings):
            yield Hit(0, 0, "it does not thank them", "Thank you for taking the time to talk with me.")
    elif rule.require == "interest":
        if not courtesy.states_interest(readings):
            yield Hit(0, 0, "it does not say that you want the job", "I remain very interested in the position.")
    elif rule.require == "topic":
        if topics and not mentions(text, topics):
            yield Hit(0, 0, "it mentions nothing that you discussed", f"Mention what you talked about, such as {shown(topics[0])}.")
    for start, end, phrase in occurrences(text, rule.phrases):
        yield Hit(start, end, f"{shown(phrase)} is not to be said", "Say it in other words.")


def _judged(judge: Judge, text: str) -> list[Remark]:
    """Give the remarks of a judge, once they are seen to be remarks on this text."""
    remarks = list(judge(text))
    for remark in remarks:
        if not isinstance(remark, Remark):
            raise FollowupError(f"must give remarks, not {shown(remark)}", source="judge")
        if not 0 <= remark.start <= remark.end <= len(text) or remark.severity not in _SEVERITIES:
            raise FollowupError(f"must give remarks that fit the text: {shown(str(remark))} does not", source="judge")
    return remarks
