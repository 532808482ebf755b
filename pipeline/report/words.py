"""How figures, shares and quotes are written: the same everywhere, in the report and in the terminal."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.records import Estimate, Theme, Utterance

DASH = "–"
UNNAMED_SITE = "(no site)"
MACHINE = "machine"
"""How the comparison names the machine among coders."""
CONSENSUS = "consensus"
"""How the comparison's names for what most coders gave begin; people may be called so too, hence is_consensus."""
CEILING = "the codes themselves"
"""How the name of the structure row begins that says how far the best possible grouping would come."""

_PLAIN = {
    "header": "heading before the first turn",
    "empty turn": "turn without words",
    "not translated": "turn without a translation",
    "interviewer": "interviewer's turn (context only)",
    "unknown speaker": "speaker unknown",
    "marks only": "transcriber's marks only",
    "backchannel": "only shows listening (“mm-hm”)",
    "too short": "too few words",
    "between themes": "between themes: the vote of its neighbours was divided",
    "no themes": "there are no themes",
}
"""Reasons as the stages give them (and the tables keep them), in words for a page."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is shown.  reason: why it or its interval is missing ("" if not); note: its footnote, from 1.

    interval: `(0.29 to 0.53)`; n: `n 212`; both "" where there is none.
    """

    text: str
    interval: str = ""
    n: str = ""
    reason: str = ""
    note: int = 0


@dataclass(frozen=True, slots=True)
class Notes:
    """Footnotes of a page, collected while figures are written: a reason has one number however often it is met."""

    reasons: list[str] = field(default_factory=list)

    def missing(self, reason: str) -> Figure:
        """A dash that carries its reason and the number of its footnote."""
        if reason not in self.reasons:
            self.reasons.append(reason)
        return Figure(DASH, reason=reason, note=self.reasons.index(reason) + 1)

    def number(self, value: float | None, reason: str) -> Figure:
        """A figure with two decimals, or the dash with the reason where it is undefined."""
        return self.missing(reason) if is_missing(value) else Figure(number(value))

    def estimate(self, estimate: Estimate, reason: str = "not enough material to compute it") -> Figure:
        """A figure with interval and n, or the dash; the estimate's own reason, where it has one, as footnote."""
        if is_missing(estimate.value):
            return self.missing(estimate.reason or reason)
        noted = self.missing(estimate.reason) if estimate.reason else Figure("")
        n = f"n {count(estimate.n)}" if estimate.n else ""
        return Figure(number(estimate.value), between(estimate), n, noted.reason, noted.note)


def is_consensus(name: str) -> bool:
    """True for the coder that stands for what most people gave (or for what the others gave)."""
    return name == CONSENSUS or name.startswith(f"{CONSENSUS} ")


def is_missing(value: float | None) -> bool:
    """True for None and for NaN."""
    return value is None or not math.isfinite(value)


def number(value: float | None) -> str:
    """Two decimals, with a true minus sign and no negative zero; the dash where there is nothing."""
    if value is None or not math.isfinite(value):
        return DASH
    text = f"{value:.2f}"
    return "0.00" if text == "-0.00" else text.replace("-", "−")


def interval(estimate: Estimate) -> str:
    """`0.41 (0.29 to 0.53), n 212`; the interval and n only where they are known."""
    text = f"{number(estimate.value)} {between(estimate)}".strip()
    return f"{text}, n {count(estimate.n)}" if estimate.n else text


def between(estimate: Estimate) -> str:
    """`(0.29 to 0.53)`, "" where the interval is not known."""
    if is_missing(estimate.low) or is_missing(estimate.high):
        return ""
    return f"({number(estimate.low)} to {number(estimate.high)})"


def count(value: int) -> str:
    """A whole number with thousands separated."""
    return f"{value:,}"


def share(part: int, whole: int) -> str:
    """`62 of 80 (78%)`; without a percentage if the whole is nothing."""
    text = f"{count(part)} of {count(whole)}"
    return f"{text} ({round(100 * part / whole)}%)" if whole else text


def plain_reason(reason: str) -> str:
    """A stage's reason in words for a page; an unknown one as it is."""
    return _PLAIN.get(reason, reason) or "no reason given"


def percent(value: float) -> str:
    """A share between 0 and 1 as a whole percentage."""
    return f"{round(100 * value)}%"


def plural(value: int, noun: str, many: str = "") -> str:
    """`1 theme`, `2 themes`; many where adding an s is wrong."""
    return f"{count(value)} {noun if value == 1 else many or noun + 's'}"


def listing(names: Sequence[str], most: int = 4) -> str:
    """`A, B and C`; beyond most names `A, B, C, D and 3 more`."""
    shown = list(names) if len(names) <= most else [*names[:most], f"{len(names) - most} more"]
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def cite(utterance: Utterance) -> str:
    """The citation that the team uses: document and paragraph, `(BU 42)`."""
    return f"({utterance.document} {utterance.paragraph})"


def cut(text: str, most: int) -> str:
    """The text on one line, cut at a word with the researchers' mark `[…]` where it is longer than most characters."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    head = flat[:most]
    return f"{head.rsplit(' ', 1)[0] if ' ' in head[most // 2 :] else head} […]"


def n_sites(theme: Theme) -> int:
    """Sites with a name at which at least one utterance of the theme was spoken."""
    return sum(1 for site, size in theme.sites if site and size)


def keyword_runs(text: str, keywords: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """The text in pieces (piece, is a keyword), so that the words that made it typical can be underlined."""
    words = sorted({word for word in keywords if word.strip()}, key=lambda word: (-len(word), word))
    if not words:
        return ((text, False),)
    pattern = re.compile(rf"(?<!\w)({'|'.join(re.escape(word) for word in words)})(?!\w)", re.IGNORECASE)
    return tuple((piece, k % 2 == 1) for k, piece in enumerate(pattern.split(text)) if piece)
