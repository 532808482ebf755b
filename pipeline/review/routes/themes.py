"""Candidate themes: look, accept, reject, rename, merge, split, move utterances, tie to a code, write memos."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.decide import WorkingTheme
from pipeline.errors import UsageError
from pipeline.records import Act, Entry, Verdict
from pipeline.review.desk import Desk
from pipeline.review.page import in_path
from pipeline.review.request import Form, answer, back, coder_of, desk_of, form_of, page_number
from pipeline.review.shell import shell_of
from pipeline.review.views.theme import theme_view
from pipeline.review.views.theme_split import proposed, split_view
from pipeline.review.views.themes import themes_view

_LONGEST_NAME = 200
_N_PARTS = ("2", "3")


async def themes(request: Request) -> Response:
    """All of them, or those of one standing."""
    shell = shell_of(request, "Candidate themes", "themes")
    return answer("themes.html.j2", themes_view(shell, desk_of(request), request.query_params.get("show", "")))


async def theme(request: Request) -> Response:
    """One of them; an address of one that was merged leads to where it went."""
    desk, found = desk_of(request), _asked(request)
    if found.into:
        return back(f"/themes/{in_path(found.into)}")
    shell = shell_of(request, f"{found.id} {found.name}", "themes")
    return answer("theme.html.j2", theme_view(shell, desk, found, page_number(request)))


async def proposals(request: Request) -> Response:
    """How it may be split."""
    found = _asked(request)
    if found.into:
        return back(f"/themes/{in_path(found.into)}/split")
    n_parts = 3 if request.query_params.get("parts") == _N_PARTS[1] else 2
    shell = shell_of(request, f"Split {found.id}", "themes")
    return answer("theme_split.html.j2", split_view(shell, desk_of(request), found, n_parts))


async def accept(request: Request) -> Response:
    """It is one."""
    desk, found = desk_of(request), _standing(desk_of(request), request.path_params["theme"])
    _free(desk, found.name, found)
    return await _say(request, lambda form: Entry(Act.ACCEPT_THEME, "", "", text=form.one("why")))


async def reject(request: Request) -> Response:
    """It is none."""
    return await _say(request, lambda form: Entry(Act.REJECT_THEME, "", "", text=form.one("why")))


async def rename(request: Request) -> Response:
    """Another name."""
    desk, found = desk_of(request), _standing(desk_of(request), request.path_params["theme"])
    return await _say(request, lambda form: Entry(Act.RENAME_THEME, "", "", text=_free(desk, _name(form), found)))


async def tie(request: Request) -> Response:
    """It becomes a code of the codebook, or no longer does."""
    known = {code.name for code in desk_of(request).codebook.codes}

    def entry(form: Form) -> Entry:
        if form.one("code") and form.one("code") not in known:
            raise UsageError(f"the codebook has no code “{form.one('code')}”", "code", "Choose one that it has.")
        return Entry(Act.TIE_THEME, "", "", code=form.one("code"))

    return await _say(request, entry)


async def memo(request: Request) -> Response:
    """A memo on it."""
    return await _say(request, lambda form: Entry(Act.MEMO, "", "", text=form.needed("text", "the memo's text")))


async def merge(request: Request) -> Response:
    """Others go into it."""
    desk, id_ = desk_of(request), request.path_params["theme"]

    def entry(form: Form) -> Entry:
        others = tuple(other for other in form.all("other") if other != id_)
        if not others:
            raise UsageError("no other theme was chosen", id_, "Choose those that go into this one.")
        for other in others:
            _standing(desk, other)
        return Entry(Act.MERGE_THEMES, "", "", members=others)

    return await _say(request, entry)


async def move(request: Request) -> Response:
    """Utterances go to another theme, or out of every theme; `to` names it, "" is none."""
    form, desk, id_ = await form_of(request), desk_of(request), request.path_params["theme"]
    _standing(desk, id_)
    members, to = _utterances(desk, form), form.one("to")
    if to:
        _standing(desk, to)
    entry = desk.say(_of(request, form, Entry(Act.MOVE_UTTERANCES, "", "", theme=to, members=members)), form.seen)
    return back(f"/themes/{in_path(id_)}?said={entry.number}")


async def split(request: Request) -> Response:
    """Parts of it become themes; part 1 stays."""
    form, desk, id_ = await form_of(request), desk_of(request), request.path_params["theme"]
    desk.log.check((f"theme:{id_}",), form.seen)  # parts of a theme that is another one now are none
    found = _standing(desk, id_)
    parts = _parts(desk, form, found)
    away = {number: ids for number, ids in sorted(parts.items()) if number != "1"}
    if not away or not parts.get("1"):
        raise UsageError("there is only one part", id_, "Put at least one utterance into another part.")
    entries, named = [], [form.one("name:1") or found.name]
    for number, ids in away.items():
        name = _free(desk, form.needed(f"name:{number}", f"the name of part {number}"), found, named)
        named.append(name)
        entries.append(Entry(Act.SPLIT_THEME, "", "", theme=id_, members=tuple(ids), text=name))
    if form.one("name:1") and form.one("name:1") != found.name:
        name = _free(desk, form.one("name:1"), found)
        entries.append(Entry(Act.RENAME_THEME, "", "", theme=id_, text=name))
    written = desk.say_all([_of(request, form, entry) for entry in entries], form.seen)
    return back(f"/themes/{in_path(id_)}?said={written[0].number}")


async def code(request: Request) -> Response:
    """A new code made of it, and it is tied to that code."""
    form, desk, id_ = await form_of(request), desk_of(request), request.path_params["theme"]
    found, name = _standing(desk, id_), _name(form)
    if any(each.name.casefold() == name.casefold() for each in desk.codebook.codes):
        raise UsageError(f"there is a code “{name}” already", id_, "Tie the theme to it, or take another name.")
    details = (("theme", form.one("parent")), ("definition", form.one("definition")))
    new = Entry(Act.NEW_CODE, "", "", code=name, details=details)
    tied = Entry(Act.TIE_THEME, "", "", theme=found.id, code=name)
    written = desk.say_all([_of(request, form, new), _of(request, form, tied)], form.seen)
    return back(f"/themes/{in_path(id_)}?said={written[-1].number}")


def _asked(request: Request) -> WorkingTheme:
    found = desk_of(request).state.themes.get(request.path_params["theme"])
    if found is None:
        raise HTTPException(404)
    return found


def _standing(desk: Desk, id_: str) -> WorkingTheme:
    found = desk.state.themes.get(id_)
    if found is None or not found.stands:
        went = f"; it went into {found.into}" if found else ""
        raise UsageError(f"there is no candidate theme {id_} any more{went}", id_, "Load the list of themes again.")
    return found


def _parts(desk: Desk, form: Form, found: WorkingTheme) -> dict[str, list[str]]:
    """Number of a part -> its utterances.  Fields: part:<utterance> = its number; parts = how many were proposed.

    What the form does not name stands where it was proposed, and in part 1 if nothing was.
    """
    part = dict.fromkeys(sorted(found.members), "1")
    if form.one("parts") in _N_PARTS:
        for place, rows in enumerate(proposed(desk, found, int(form.one("parts"))), start=1):
            part |= {desk.result.utterances[row].id: str(place) for row in rows}
    for field in form.fields:
        if field.startswith("part:") and field[5:] in part and form.one(field) in ("1", *_N_PARTS):
            part[field[5:]] = form.one(field)
    parts: dict[str, list[str]] = {}
    for member, number in part.items():
        parts.setdefault(number, []).append(member)
    return parts


def _utterances(desk: Desk, form: Form) -> tuple[str, ...]:
    members = tuple(dict.fromkeys(form.all("utterance")))
    if not members:
        raise UsageError("no utterance was chosen", "utterances", "Tick those that are to be moved.")
    for member in members:
        desk.utterance(member)
    return members


def _name(form: Form) -> str:
    name = " ".join(form.needed("name", "the name").split())
    if len(name) > _LONGEST_NAME:
        raise UsageError(f"the name has {len(name)} characters", "name", f"Use at most {_LONGEST_NAME}.")
    return name


def _free(desk: Desk, name: str, theme: WorkingTheme, others: Sequence[str] = ()) -> str:
    """The name, if nothing else bears it: in exports a theme is the code of its name.  others: of further parts."""
    same = name.casefold()
    code = next((each.name for each in desk.codebook.codes if each.name.casefold() == same), "")
    if code and code != theme.code:
        raise UsageError(f"there is a code “{code}”", theme.id, "Tie the theme to that code, or give it another name.")
    standing = (each for each in desk.state.themes.values() if each.stands and each.verdict is not Verdict.REJECTED)
    for each in standing:
        if each.id != theme.id and each.name.casefold() == same:
            todo = "Merge the two, or take another name."
            raise UsageError(f"candidate theme {each.id} is called “{each.name}” already", theme.id, todo)
    if same in map(str.casefold, others):
        raise UsageError(f"two parts are called “{name}”", theme.id, "Give each a name of its own.")
    return name


def _of(request: Request, form: Form, entry: Entry) -> Entry:
    return replace(entry, coder=coder_of(request), seconds=form.seconds)


async def _say(request: Request, make: Callable[[Form], Entry]) -> Response:
    """Takes in a form about the theme of the address and goes back to its page."""
    form, desk, id_ = await form_of(request), desk_of(request), request.path_params["theme"]
    _standing(desk, id_)
    entry = desk.say(_of(request, form, replace(make(form), theme=id_)), form.seen)
    return back(f"/themes/{in_path(id_)}?said={entry.number}")


ROUTES = (
    Route("/themes", themes),
    Route("/themes/{theme}", theme),
    Route("/themes/{theme}/split", proposals),
    *(
        Route(f"/themes/{{theme}}/{what.__name__}", what, methods=["POST"])
        for what in (accept, reject, rename, merge, split, move, tie, code, memo)
    ),
)
