"""COREQ: the 32 items for reports of interviews and focus groups, filled as far as a run can.

Source: Tong, Sainsbury and Craig 2007, doi:10.1093/intqhc/mzm042.  The items are named in our own short words.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records import Result
from pipeline.report.cells import settings
from pipeline.report.lines import has_levels, is_reflexive, n_placed
from pipeline.report.words import count, listing, plural, share

TODO, DRAFT, FILLED = "TO BE COMPLETED", "DRAFT", "filled"
_DOMAINS = (
    (1, "Research team and reflexivity"),
    (9, "Study design"),
    (24, "Analysis and findings"),
)
_ITEMS = (
    "Who asked the questions", "Their credentials", "Their occupation", "Their gender", "Their experience and training",
    "Relationship before the study", "What participants knew of the interviewer", "What is told of the interviewer",
    "Methodology", "How participants were chosen", "How they were approached", "Sample size",
    "Who refused or dropped out", "Setting", "Who else was there", "Description of the sample", "Interview guide",
    "Repeat interviews", "Recording", "Field notes", "Duration", "Data saturation", "Transcripts returned for comment",
    "Number of data coders", "Coding tree", "Derivation of themes", "Software", "Feedback by participants",
    "Quotations presented", "Data and findings consistent", "Clarity of major themes", "Clarity of minor themes",
)  # fmt: skip
_METHODOLOGY = {
    "codebook": "Thematic analysis with a codebook; a machine's candidate themes served as a second look at the data.",
    "content": "Qualitative content analysis with categories; a machine's candidate themes served as a second look.",
    "reliability": "Thematic analysis with coding reliability; agreement of people, and of a machine, is given.",
    "reflexive": "Reflexive thematic analysis. A machine's candidate themes were read beside our own; agreement "
    "between coders was not sought, since this school rejects it as a measure.",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One item.  state: "filled" (from the run), "DRAFT" (to be checked and finished) or "TO BE COMPLETED"."""

    number: int
    name: str
    text: str
    state: str


def items(result: Result) -> tuple[Item, ...]:
    """All 32 items in their order."""
    known = _known(result)
    nothing = ("", TODO)
    return tuple(Item(k, name, *known.get(k, nothing)) for k, name in enumerate(_ITEMS, start=1))


def coreq(result: Result) -> str:
    """coreq.md: the checklist as a table for each domain, ready to be completed by the team."""
    found = items(result)
    tally = listing([f"{sum(i.state == s for i in found)} {s}" for s in (FILLED, DRAFT, TODO)])
    study = result.manifest.study or result.manifest.name or "this study"
    parts = [
        f"# COREQ checklist: {_cell(study)}\n",
        "The 32 items of COREQ (Tong, Sainsbury and Craig 2007, doi:10.1093/intqhc/mzm042), in short words of our own; "
        f"see the paper for their wording. {tally}. A DRAFT says what the run knows: check and finish it. Add the page "
        "of your paper on which each item is told.\n",
    ]
    starts = [first for first, _ in _DOMAINS]
    for (first, domain), after in zip(_DOMAINS, (*starts[1:], len(_ITEMS) + 1), strict=True):
        parts.append(f"## {domain}\n\n| No. | Item | State | What to report | Page |\n| ---: | --- | --- | --- | --- |")
        parts += [
            f"| {i.number} | {i.name} | {i.state} | {_cell(i.text)} | |" for i in found if first <= i.number < after
        ]
        parts.append("")
    return "\n".join(parts).rstrip("\n") + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _known(result: Result) -> dict[int, tuple[str, str]]:
    """What the run can say, by item."""
    found = {
        9: (_METHODOLOGY[settings(result).study.methodology], DRAFT),
        12: (_sample(result), FILLED),
        14: (_setting(result), DRAFT),
        16: (_attributes(result), DRAFT),
        21: (_duration(result), FILLED),
        22: (_saturation(result), DRAFT),
        24: (_coders(result), FILLED),
        25: (_tree(result), FILLED),
        26: (_derivation(result), DRAFT),
        27: (_software(result), FILLED),
        29: (_quotations(result), DRAFT),
        30: (_consistent(result), DRAFT),
        31: (_themes(result, major=True), DRAFT),
        32: (_themes(result, major=False), DRAFT),
    }
    return {number: (text, state) for number, (text, state) in found.items() if text}


def _sample(result: Result) -> str:
    people = len({u.person for u in result.utterances})
    where = plural(len(result.corpus.documents), "document")
    return f"{plural(people, 'participant')} in {where}; counted by speaker labels." if people else ""


def _setting(result: Result) -> str:
    sites = sorted({u.site for u in result.utterances if u.site})
    return (
        f"{plural(len(sites), 'site')}: {listing(sites, 12)}. What kind of places they are is yours to say."
        if sites
        else ""
    )


def _attributes(result: Result) -> str:
    names = list(dict.fromkeys(name for document in result.corpus.documents for name, _ in document.attributes))
    return f"Known of each document: {listing(names, 12)}. The figures are yours to add." if names else ""


def _duration(result: Result) -> str:
    ends: dict[str, int] = {}
    for turn in result.corpus.turns:
        if turn.end_ms is not None:
            ends[turn.document] = max(ends.get(turn.document, 0), turn.end_ms)
    minutes = sorted(round(end / 60_000) for end in ends.values())
    return (
        f"{minutes[0]} to {minutes[-1]} minutes, from the time marks of {plural(len(ends), 'document')}."
        if minutes
        else ""
    )


def _saturation(result: Result) -> str:
    rejected = ""
    if is_reflexive(result):
        rejected = (
            " Reflexive thematic analysis does not rest on saturation (Braun and Clarke 2021, "
            "doi:10.1080/2159676X.2019.1704846)."
        )
    bounded = f" What can be said is a bound: {result.triage.stopping}" if result.triage.stopping else ""
    return f"The run makes no claim of saturation.{bounded}{rejected}" if bounded or rejected else ""


def _coders(result: Result) -> str:
    n = len(result.table.people)
    return f"{plural(n, 'person', 'people')}. The machine suggests; it is not a coder." if n else ""


def _tree(result: Result) -> str:
    themes = {code.theme for code in result.codebook.codes if code.theme}
    codes = plural(len(result.codebook.codes), "code")
    under = f" under {plural(len(themes), 'theme')}" if themes else ""
    return f"{codes}{under}; the whole tree is in codebook.qdc." if result.codebook.codes else ""


def _derivation(result: Result) -> str:
    if not result.themes:
        return ""
    levels = f" in {plural(len(result.groups), 'group')}" if has_levels(result) else ""
    return (
        f"A machine suggested {plural(len(result.themes), 'candidate theme')}{levels} from the data; the team decided "
        f"what counts as a theme. Say what became of them: accepted, renamed, merged, rejected."
    )


def _software(result: Result) -> str:
    encoder = f", encoder {result.manifest.model}" if result.manifest.model else ""
    return (
        f"theme-pipeline{encoder}, on one computer without a network or a generative model; versions in manifest.json."
    )


def _quotations(result: Result) -> str:
    return (
        "Quotations are verbatim, each with document, paragraph and speaker: (document paragraph) speaker."
        if result.utterances
        else ""
    )


def _consistent(result: Result) -> str:
    if not result.themes:
        return ""
    left = len(result.utterances) - n_placed(result)
    return (
        f"Each candidate theme stands with typical quotes, one that fits badly and one near miss; {count(left)} "
        f"utterances are in no theme and listed with their reason."
    )


def _themes(result: Result, major: bool) -> str:
    """Labels of the themes that come back (major) or do not (minor); a machine's labels, so a draft only."""
    chosen = [t for t in result.themes if (t.stability_word in ("unstable", "doubtful")) != major]
    labels = listing([f"{t.id} {t.label}" for t in chosen], 40)
    if not labels:
        return ""
    placed = share(sum(t.size for t in chosen), len(result.utterances))
    kind = "that come back when part of the talk is left out" if major else "that do not come back surely"
    return (
        f"Candidate themes {kind}, {placed} utterances: {labels}. The labels are the machine's; name them yourselves."
    )
