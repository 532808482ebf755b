"""The coding screen: one utterance, the talk around it, suggestions with their reasons, and what was said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from pipeline.decide import Said, State
from pipeline.records import Act, Entry
from pipeline.report.words import cite, listing, plural
from pipeline.review import offers, queue, undo
from pipeline.review.context import Context, context_of
from pipeline.review.desk import Desk
from pipeline.review.page import Shell
from pipeline.review.queue import Share
from pipeline.review.views.coding_offers import OPEN, OfferView, code_href, offer_views

NO_CODE = "no code applies"
_NO_THEME = "Codes without a theme"


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """A code in the list of all codes.  given: it is this coder's."""

    name: str
    definition: str
    given: bool


@dataclass(frozen=True, slots=True)
class MemoView:
    """A memo on the utterance.  at: day and time in words."""

    coder: str
    at: str
    text: str


@dataclass(frozen=True, slots=True)
class CodingView:
    """One utterance to code.

    blind: the coder speaks first; suggestions are not shown yet.  said_before: what she said then, "" if she was not
    asked.  others: her codes that are not among the offers.  first_open: code of the first suggestion without an
    answer, "" if there is none.  decided: this coder is done here.  settled: what coders agreed on, "" if nothing yet.
    missing: why there are no suggestions.  codes: (theme, choices) of the whole coding tree.  waiting: others' answers
    are not shown yet.  undo: number of the entry that `u` takes back, 0 if none; undo_next: the page to show then.
    no_undo: why her last word here cannot be taken back, "" if it can.
    """

    shell: Shell
    id: str
    href: str
    read_href: str
    cite: str
    context: Context
    why: str
    progress: str
    n_done: int
    n_share: int
    blind: bool
    said_before: str
    offers: tuple[OfferView, ...]
    first_open: str
    others: tuple[str, ...]
    nothing: bool
    decided: bool
    settled: str
    missing: str
    codes: tuple[tuple[str, tuple[ChoiceView, ...]], ...]
    memos: tuple[MemoView, ...]
    waiting: bool
    next_href: str
    back_href: str
    undo: int
    undo_next: str
    no_undo: str


@dataclass(frozen=True, slots=True)
class DoneView:
    """Nothing is left for this coder.  last_href: her last utterance, "" if there is none."""

    shell: Shell
    what: str
    last_href: str


def coding_view(shell: Shell, desk: Desk, coder: str, id_: str) -> CodingView:
    """Everything on the coding screen of one utterance; raises UsageError if the run has none of this id."""
    utterance, state, share = desk.utterance(id_), desk.state, queue.share_of(desk, coder)
    said, given = state.said_by(coder, id_), desk.codes_by(coder, id_)
    blind = offers.speaks_first(desk, coder, id_)
    shown = offer_views(desk, coder, id_, offers.offers(desk, coder, id_))
    following, previous = queue.next_after(share, id_), queue.before(share, id_)
    waiting, last, no_undo = queue.hidden_from(desk, coder, id_), _to_undo(desk, coder, id_), _no_undo(state, said)
    return CodingView(
        shell=shell,
        id=id_,
        href=code_href(id_),
        read_href=f"/read/{quote(utterance.document, safe='')}?at={quote(id_, safe='')}",
        cite=cite(utterance),
        context=context_of(desk, id_),
        why=_why(desk, id_, blind),
        progress=_progress(desk, share, following),
        n_done=share.n_done,
        n_share=len(share.ids),
        blind=blind,
        said_before="" if said.blind is None else listing(said.blind, 9) or NO_CODE,
        offers=shown,
        first_open=next((offer.code for offer in shown if offer.state == OPEN), ""),
        others=tuple(code for code in given if code not in {offer.code for offer in shown}),
        nothing=said.nothing,
        decided=id_ in share.done,
        settled=_settled(desk, id_),
        missing="" if shown or blind else _missing(desk),
        codes=_choices(desk, given),
        memos=_memos(desk, coder, id_, waiting),
        waiting=waiting,
        next_href=code_href(following) if following else "/code",
        back_href=code_href(previous) if previous else "",
        undo=0 if last is None or no_undo else last.number,
        undo_next=code_href(last.utterance if last is not None and last.utterance in desk.row else id_),
        no_undo=no_undo,
    )


def done_view(shell: Shell, desk: Desk, coder: str) -> DoneView:
    """What is said when a coder has nothing left to code."""
    share = queue.share_of(desk, coder)
    if not desk.result.utterances:
        return DoneView(shell, "This run has no utterances, so there is nothing to code.", "")
    if not share.ids:
        return DoneView(shell, "Others have coded every utterance, and none is set to be coded by everybody.", "")
    what = f"You are done with all {plural(len(share.ids), 'utterance')} of your share."
    return DoneView(shell, what, code_href(share.ids[-1]))


def _why(desk: Desk, id_: str, blind: bool) -> str:
    """Why this utterance comes now; before the coder spoke nothing that the machine thinks of it."""
    everybody = "Everybody codes this one, each without seeing the others." if id_ in desk.state.plan.everybody else ""
    return " ".join(part for part in (everybody, "" if blind else queue.why(desk, id_)) if part)


def _progress(desk: Desk, share: Share, following: str) -> str:
    told = f"{share.n_done} of {len(share.ids)} in your share"
    if following and following in desk.state.plan.everybody:
        return f"{told}; next is one that everybody codes"
    return told if following else f"{told}; nothing is left after this one"


def _settled(desk: Desk, id_: str) -> str:
    settled = desk.state.settled.get(id_)
    return "" if settled is None else listing(settled.codes, 9) or NO_CODE


def _missing(desk: Desk) -> str:
    if not desk.codebook.codes:
        return "Nothing is suggested: this study has no codebook. Make a code on the page “Codebook”."
    if desk.result.suggestions is None:
        return "Nothing is suggested: the run was made without a codebook. The next run takes in the codes made since."
    return "Nothing is suggested here: the codes that the machine named are no longer in the codebook."


def _choices(desk: Desk, given: Sequence[str]) -> tuple[tuple[str, tuple[ChoiceView, ...]], ...]:
    themes: dict[str, list[ChoiceView]] = {}
    for code in desk.codebook.codes:
        choice = ChoiceView(code.name, code.definition, code.name in given)
        themes.setdefault(code.theme, []).append(choice)
    return tuple((theme or (_NO_THEME if len(themes) > 1 else ""), tuple(found)) for theme, found in themes.items())


def _memos(desk: Desk, coder: str, id_: str, waiting: bool) -> tuple[MemoView, ...]:
    notes = (note for note in desk.state.notes if note.utterance == id_ and (note.coder == coder or not waiting))
    return tuple(MemoView(note.coder, note.at[:16].replace("T", " "), note.text) for note in notes)


def _no_undo(state: State, said: Said) -> str:
    entry = state.entries.get(said.last)
    locked = entry is not None and entry.act is Act.LOCK
    return "What you said before suggestions were shown stays; change it by a new decision." if locked else ""


def _to_undo(desk: Desk, coder: str, id_: str) -> Entry | None:
    """The coder's last word on this utterance, else her last entry that can be taken back."""
    state = desk.state
    here = state.entries.get(state.said_by(coder, id_).last)
    return here if here is not None else undo.last_of(state, coder)
