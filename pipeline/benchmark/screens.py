"""What people do in the review app: every screen, and every kind of decision as its form sends it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote, urlencode

from pipeline.benchmark.many_decisions import CODERS
from pipeline.records import Act, Entry
from pipeline.review import offers, queue
from pipeline.review.desk import Desk
from pipeline.review.views.differences import open_rows

Form = tuple[str, Mapping[str, str | tuple[str, ...]]]
"""The address of a form and its fields."""


class Work:
    """What a coder does next.  page: the address that she has on screen when she decides."""

    def __init__(self, desk: Desk, coder: str) -> None:
        self.desk, self.coder, self.page = desk, coder, "/"
        self._ids = {name: iter(queue.share_of(desk, name).ids) for name in CODERS}
        self._themes = itertools.cycle(self.themes())

    def fresh(self, coder: str = "") -> str:
        """The next utterance of a coder's share of which she said nothing yet and for which something is suggested."""
        who = coder or self.coder
        said = self.desk.state.said
        return next(
            id_ for id_ in self._ids[who] if who not in said.get(id_, {}) and offers.offers(self.desk, who, id_)
        )

    def themes(self) -> list[str]:
        """Candidate themes that stand, the largest first."""
        themes = [theme for theme in self.desk.state.themes.values() if theme.stands and len(theme.members) > 1]
        return [theme.id for theme in sorted(themes, key=lambda theme: -len(theme.members))]

    def other_decides(self) -> None:
        """Somebody else gives a code, so that every figure has to be worked out anew."""
        who = next(name for name in CODERS if name != self.coder)
        id_ = self.fresh(who)
        code = offers.suggested(self.desk, id_)[0].code
        self.desk.say(Entry(Act.ACCEPT_CODE, who, "", utterance=id_, code=code, shown=(code,), seconds=5.0), None)

    def offered(self) -> tuple[str, str]:
        """A fresh utterance, on screen, and the first code that is suggested there."""
        id_ = self.fresh()
        self.page = f"/code/{path(id_)}"
        return id_, offers.offers(self.desk, self.coder, id_)[0].code

    def open_difference(self) -> str:
        """An utterance on which coders differ, on screen."""
        ids = (self.desk.result.utterances[row[0]].id for row in open_rows(self.desk))
        id_ = next(id_ for id_ in ids if not queue.hidden_from(self.desk, self.coder, id_))
        self.page = f"/differences/{path(id_)}"
        return id_

    def theme(self) -> str:
        """A candidate theme, on screen."""
        id_ = next(each for each in self._themes if len(self.desk.state.themes[each].members) > 3)
        self.page = f"/themes/{path(id_)}"
        return id_


def screens(work: Work) -> Iterator[tuple[str, str]]:
    """Each screen by its name, with its address."""
    desk = work.desk
    document = max(desk.rows_of, key=lambda name: len(desk.rows_of[name]))
    code, theme = desk.codebook.codes[0].name, work.themes()[0]
    yield "overview", "/"
    yield "candidate themes", "/themes"
    yield "a candidate theme", f"/themes/{path(theme)}"
    yield "… proposals to split it", f"/themes/{path(theme)}/split"
    yield "next to code", "/code"
    yield "an utterance to code", f"/code/{path(work.fresh())}"
    yield "transcripts", "/read"
    yield "a transcript", f"/read/{path(document)}"
    yield "… looking for a code", f"/read/{path(document)}?{urlencode({'code': code})}"
    yield "codebook", "/codebook"
    yield "a code", f"/codebook/code?{urlencode({'name': code})}"
    yield "differences", "/differences"
    yield "… with the machine", "/differences?kind=machine"
    yield "a difference", f"/differences/{path(work.open_difference())}"
    yield "map", "/map"
    yield "… of one code", f"/map?{urlencode({'code': code})}"
    yield "search by words", "/search?q=the"
    yield "all decisions", "/log"
    yield "how the team works", "/plan"
    yield "save and export", "/export"


def path(name: str) -> str:
    """A name as a part of an address."""
    return quote(name, safe="")


def _accept(work: Work) -> Form:
    id_, code = work.offered()
    return f"/code/{path(id_)}/accept", {"code": code}


def _reject(work: Work) -> Form:
    id_, code = work.offered()
    return f"/code/{path(id_)}/reject", {"code": code}


def _give(work: Work) -> Form:
    id_, _ = work.offered()
    shown = {offer.code for offer in offers.offers(work.desk, work.coder, id_)}
    return f"/code/{path(id_)}/give", {"code": next(c.name for c in work.desk.codebook.codes if c.name not in shown)}


def _none(work: Work) -> Form:
    return f"/code/{path(work.offered()[0])}/none", {}


def _note(work: Work) -> Form:
    return f"/code/{path(work.offered()[0])}/memo", {"text": "Remember this one."}


def _read(work: Work) -> Form:
    place = work.desk.utterance(work.fresh())
    work.page = f"/read/{path(place.document)}?at={path(place.id)}"
    code = work.desk.codebook.codes[0].name
    stretch = {"start": str(place.start), "end": str(place.end - 1)}
    return f"/read/{path(place.document)}/code", {"code": code, **stretch}


def _settle(work: Work) -> Form:
    code = work.desk.codebook.codes[0].name
    return f"/differences/{path(work.open_difference())}/settle", {"code": code, "why": "ours"}


def _accept_theme(work: Work) -> Form:
    return f"/themes/{path(work.theme())}/accept", {"why": "as the quotes say"}


def _rename(work: Work) -> Form:
    return f"/themes/{path(work.theme())}/rename", {"name": f"in our words, as of no. {work.desk.state.last}"}


def _move(work: Work) -> Form:
    id_ = work.theme()
    members = tuple(sorted(work.desk.state.themes[id_].members)[:3])
    return f"/themes/{path(id_)}/move", {"utterance": members, "to": work.themes()[-1]}


def _split(work: Work) -> Form:
    id_ = work.theme()
    work.page += "/split"
    members = sorted(work.desk.state.themes[id_].members)
    part = {f"part:{member}": str(1 + place % 2) for place, member in enumerate(members)}
    names = {f"name:{n}": f"part {n} of {id_}, as of no. {work.desk.state.last}" for n in (1, 2)}
    return f"/themes/{path(id_)}/split", {**part, **names}


def _merge(work: Work) -> Form:
    return f"/themes/{path(work.theme())}/merge", {"other": work.themes()[-1]}


def _on_theme(work: Work) -> Form:
    return f"/themes/{path(work.theme())}/memo", {"text": "Talk about this one."}


def _edit(work: Work) -> Form:
    code = work.desk.codebook.codes[0]
    work.page = f"/codebook/code?{urlencode({'name': code.name})}"
    return "/codebook/edit", {"code": code.name, "name": code.name, "theme": code.theme, "definition": "in other words"}


def _undo(work: Work) -> Form:
    """The last decision, which is an acceptance: undone right after it was made."""
    id_, code = work.offered()
    work.desk.say(Entry(Act.ACCEPT_CODE, work.coder, "", utterance=id_, code=code, shown=(code,)), None)
    return "/undo", {"next": f"/code/{path(id_)}"}


Decision = Callable[[Work], Form]
DECISIONS: tuple[tuple[str, Decision], ...] = (
    ("accept a suggested code", _accept),
    ("reject it", _reject),
    ("give another code", _give),
    ("say that no code applies", _none),
    ("write a memo", _note),
    ("code a stretch of a transcript", _read),
    ("settle a difference", _settle),
    ("edit a code", _edit),
    ("accept a candidate theme", _accept_theme),
    ("rename it", _rename),
    ("move utterances", _move),
    ("split it", _split),
    ("merge it with another", _merge),
    ("write a memo on it", _on_theme),
    ("take a decision back", _undo),
)
"""Each kind of decision by its name."""
