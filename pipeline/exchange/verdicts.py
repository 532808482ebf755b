"""What analysts decided: which candidate themes became codes, which suggested codes became codings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.records import Decision, Result, Verdict


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The last word of each analyst on each candidate theme and suggestion.

    accepted: theme id -> the decisions that accepted it; one is enough, even if somebody else rejected it.
    rejected: theme id -> the decisions, where nobody accepted it.  codes, refused: accepted
    and rejected suggestions.
    """

    accepted: dict[str, tuple[Decision, ...]]
    rejected: dict[str, tuple[Decision, ...]]
    codes: tuple[Decision, ...]
    refused: tuple[Decision, ...]


def verdicts(decisions: Sequence[Decision]) -> Verdicts:
    """The decisions by what they are about; a later word of the same analyst on the same thing replaces the earlier."""
    last: dict[tuple[str, ...], Decision] = {}
    for decision in decisions:
        about = (decision.coder, decision.theme, *(() if decision.theme else (decision.utterance, decision.code)))
        last[about] = decision
    on_themes: dict[str, list[Decision]] = {}
    for decision in last.values():
        if decision.theme:
            on_themes.setdefault(decision.theme, []).append(decision)
    accepted = {theme: tuple(d for d in found if _is_yes(d)) for theme, found in on_themes.items()}
    on_codes = [decision for decision in last.values() if not decision.theme]
    return Verdicts(
        {theme: found for theme, found in accepted.items() if found},
        {theme: tuple(found) for theme, found in on_themes.items() if not accepted[theme]},
        tuple(decision for decision in on_codes if _is_yes(decision)),
        tuple(decision for decision in on_codes if not _is_yes(decision)),
    )


def standing(theme: str, said: Verdicts) -> str:
    """How a candidate theme stands: `accepted by Ann`, `rejected by Bea` or `candidate`."""
    for word, found in ((Verdict.ACCEPTED, said.accepted), (Verdict.REJECTED, said.rejected)):
        if theme in found:
            return f"{word} by {people(found[theme])}"
    return "candidate"


def people(found: Iterable[Decision]) -> str:
    """Who took the decisions, each person once: `Ann, Bea`; `an analyst` for who gave no name."""
    return ", ".join(dict.fromkeys(decision.coder or "an analyst" for decision in found))


def reasons(found: Iterable[Decision]) -> str:
    """Who took the decisions, and why where they said so: `Ann: too mixed; Bea`."""
    return "; ".join(": ".join(filter(None, (people((decision,)), decision.memo))) for decision in found)


def shown_themes(result: Result, said: Verdicts) -> tuple[int, ...]:
    """Indices of the themes that a file shows: accepted ones first, then the undecided; rejected ones are left out."""
    kept = [index for index, theme in enumerate(result.themes) if theme.id not in said.rejected]
    return tuple(sorted(kept, key=lambda index: (result.themes[index].id not in said.accepted, index)))


def _is_yes(decision: Decision) -> bool:
    return decision.verdict == Verdict.ACCEPTED
