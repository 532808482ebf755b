"""The coding tree: look, make, edit, drop codes, write memos on them."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.errors import UsageError
from pipeline.records import Act, Code, Entry
from pipeline.review.coded import coded_now
from pipeline.review.desk import Desk
from pipeline.review.page import in_path
from pipeline.review.request import Form, answer, back, coder_of, desk_of, form_of
from pipeline.review.shell import shell_of
from pipeline.review.views.codebook import code_view, today, tree_view

_FIELDS = ("theme", "definition", "include", "exclude", "examples")
_LONGEST_NAME = 200


async def codebook(request: Request) -> Response:
    """The whole tree."""
    shell = shell_of(request, "Codebook", "codebook")
    return answer("codebook.html.j2", tree_view(shell, desk_of(request), coder_of(request)))


async def code(request: Request) -> Response:
    """One code."""
    desk, name = desk_of(request), request.query_params.get("name", "")
    found = next((each for each in desk.codebook.codes if each.name == name), None)
    if found is None:
        said, now = request.query_params.get("said", ""), today(desk, name)
        if now is None:
            raise HTTPException(404)
        return back((f"/codebook/code?name={in_path(now)}&" if now else "/codebook?") + f"said={in_path(said)}")
    return answer("code.html.j2", code_view(shell_of(request, name, "codebook"), desk, coder_of(request), found))


async def new(request: Request) -> Response:
    """A new code."""
    form, desk = await form_of(request), desk_of(request)
    name = _new_name(desk, form.needed("name", "the name of the code"))
    entry = desk.say(Entry(Act.NEW_CODE, coder_of(request), "", code=name, details=_details(form)), form.seen)
    return _to(name, entry)


async def edit(request: Request) -> Response:
    """Other words for a code, another name, another place in the tree."""
    form, desk = await form_of(request), desk_of(request)
    old = _there(desk, form.one("code"))
    name = form.needed("name", "the name of the code")
    name = name if name == old.name else _new_name(desk, name, old.name)
    if form.one("theme") in {old.name, *_below(desk, old.name)}:
        raise UsageError("a code cannot stand below itself", old.name, "Choose another parent.")
    details = (("name", name), *_details(form))
    entry = desk.say(Entry(Act.EDIT_CODE, coder_of(request), "", code=old.name, details=details), form.seen)
    return _to(name, entry)


async def drop(request: Request) -> Response:
    """A code that is no longer wanted; its codings go to another one."""
    form, desk = await form_of(request), desk_of(request)
    old, into = _there(desk, form.one("code")), form.one("into")
    if _in_use(desk, old.name) and not into:
        raise UsageError(f"“{old.name}” is in use", old.name, "Choose a code that its codings go to.")
    if into and _there(desk, into).name == old.name:
        raise UsageError("codings cannot go to the code that is dropped", old.name, "Choose another code.")
    entry = desk.say(Entry(Act.DROP_CODE, coder_of(request), "", code=old.name, text=into), form.seen)
    return back(f"/codebook?said={entry.number}")


async def memo(request: Request) -> Response:
    """A memo on a code."""
    form, desk = await form_of(request), desk_of(request)
    name, text = _there(desk, form.one("code")).name, form.needed("text", "the memo's text")
    return _to(name, desk.say(Entry(Act.MEMO, coder_of(request), "", code=name, text=text), form.seen))


def _details(form: Form) -> tuple[tuple[str, str], ...]:
    return tuple((field, form.one(field)) for field in _FIELDS)


def _there(desk: Desk, name: str) -> Code:
    found = next((each for each in desk.codebook.codes if each.name == name), None)
    if found is None:
        now = today(desk, name)
        todo = f"It is called “{now}” now: open it under that name." if now else "Somebody may have dropped it."
        raise UsageError(f"the codebook has no code “{name}”", "codebook", todo)
    return found


def _in_use(desk: Desk, name: str) -> bool:
    """Somebody gave the code, said it blind or agreed on it, or a theme is tied to it."""
    table, state = coded_now(desk), desk.state
    words = (said for each in state.said.values() for said in each.values())
    return (
        bool(table.values[:, :, table.codes.index(name)].any())
        or any(key[4] == name for key in state.spans)
        or any(name in settled.codes for settled in state.settled.values())
        or any(name in (said.blind or ()) for said in words)
        or any(theme.code == name for theme in state.themes.values())
    )


def _new_name(desk: Desk, name: str, old: str = "") -> str:
    name = " ".join(name.split())
    if len(name) > _LONGEST_NAME:
        raise UsageError(f"the name has {len(name)} characters", "name", f"Use at most {_LONGEST_NAME}.")
    if any(each.name.casefold() == name.casefold() for each in desk.codebook.codes if each.name != old):
        raise UsageError(f"there is a code “{name}” already", "codebook", "Take another name.")
    return name


def _below(desk: Desk, name: str) -> set[str]:
    """Names of all codes under a code."""
    found: set[str] = set()
    grown = {name}
    while grown:
        grown = {each.name for each in desk.codebook.codes if each.theme in grown} - found
        found |= grown
    return found


def _to(name: str, entry: Entry) -> Response:
    return back(f"/codebook/code?name={in_path(name)}&said={entry.number}")


ROUTES = (
    Route("/codebook", codebook),
    Route("/codebook/code", code),
    Route("/codebook/new", new, methods=["POST"]),
    Route("/codebook/edit", edit, methods=["POST"]),
    Route("/codebook/drop", drop, methods=["POST"]),
    Route("/codebook/memo", memo, methods=["POST"]),
)
