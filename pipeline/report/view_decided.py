"""What analysts decided in the review and the run took in."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records import AGREED, HeldTheme, Result, Verdict
from pipeline.report.words import count, listing, plural


@dataclass(frozen=True, slots=True)
class RejectedTheme:
    """A candidate theme that is not offered again.  name: id and name; who: rejected it; size: when they did so."""

    name: str
    who: str
    size: str
    why: str


def decisions_line(result: Result) -> str:
    """`Decisions of 2 analysts were taken in: 3 candidate themes kept, 1 rejected, 41 codings.`; "" without any."""
    standing = result.standing
    people = {coder for theme in standing.themes for coder in theme.coders}
    people |= {coding.coder for coding in (*standing.codings, *standing.refused)}
    people |= {finished.coder for finished in standing.finished}
    people.discard(AGREED)
    here = {theme.id for theme in result.themes}
    kept = sum(theme.id in here for theme in standing.themes)
    parts = [f"{plural(kept, 'candidate theme')} kept" if kept else ""]
    parts.append(f"{count(len(rejected_themes(result)))} rejected" if rejected_themes(result) else "")
    parts.append(plural(len(standing.codings), "coding") if standing.codings else "")
    parts.append(f"{plural(len(standing.edits), 'change')} of the codebook" if standing.edits else "")
    told = ", ".join(part for part in parts if part)
    if not told:
        return ""
    were = "was" if len(people) == 0 else "were"
    who = f"Decisions of {plural(len(people), 'analyst')}" if people else "What was decided"
    return f"{who} {were} taken in: {told}."


def rejected_themes(result: Result) -> tuple[RejectedTheme, ...]:
    """Candidate themes that analysts rejected, in the order of their ids."""
    rejected = [theme for theme in result.standing.themes if theme.verdict is Verdict.REJECTED]
    return tuple(_rejected(theme) for theme in sorted(rejected, key=lambda theme: (len(theme.id), theme.id)))


def _rejected(theme: HeldTheme) -> RejectedTheme:
    return RejectedTheme(f"{theme.id} {theme.name}", listing(theme.coders), count(len(theme.members)), theme.memo)
