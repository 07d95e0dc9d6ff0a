"""What a decision says is not met, in a few words: how much there is, and how much is needed."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from moodle_cpd.model.decision import Decision, Place, RequirementResult, State
from moodle_cpd.model.quantity import show, show_lacking
from moodle_cpd.plan.words import Words


def lacking(words: Words, decision: Decision, choices: Collection[Place]) -> Iterator[str]:
    """Each thing that is not met, once.

    Args:
        words: of the language.
        decision: as it was recorded.
        choices: where the rules let a teacher choose one of several requirements.
    """
    found: dict[str, None] = {}
    for tree in (decision.gate, decision.requirement):
        if tree is not None:
            found |= dict.fromkeys(_below(words, tree, choices))
    yield from found


def _below(words: Words, result: RequirementResult, choices: Collection[Place]) -> Iterator[str]:
    if result.state is State.MET:
        return
    chosen = result.place in choices or result.need is not None
    if result.parts and not chosen:
        for part in result.parts:
            yield from _below(words, part, choices)
    elif result.parts:
        open_ = [words.of(part.title) for part in result.parts if part.state is not State.MET]
        met = len(result.parts) - len(open_)
        count = 1 if result.need is None else int(result.need) - met
        yield words.any_of.format(count, words.between.join(open_))
    else:
        yield words.of(result.title) + _amount(words, result)


def _amount(words: Words, result: RequirementResult) -> str:
    of = ""
    if result.have is not None and result.need is not None:
        of = words.of_all.format(show(result.have), show(result.need))
    if result.state is State.UNKNOWN:
        return f"{words.colon}{words.unknown}{of}"
    # What an examination lacks is not made up for by the points that are missing.
    if result.unit != "hours" or result.have is None or result.need is None:
        return of
    return words.colon + words.lacks.format(show_lacking(result.need - result.have)) + of
