"""Reading: the list of transcripts, one transcript, and codes put on what is selected in it."""

from __future__ import annotations

from urllib.parse import parse_qs, quote, urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.records import Entry
from pipeline.review.desk import Desk
from pipeline.review.request import Form, answer, back, coder_of, desk_of, form_of
from pipeline.review.selection import Selection, coded, selected, selected_paragraphs, taken
from pipeline.review.shell import shell_of
from pipeline.review.views.reading import asked_of, reading_view
from pipeline.review.views.reading_list import reading_list_view


async def documents(request: Request) -> Response:
    """The list of transcripts."""
    return answer("reading_list.html.j2", reading_list_view(shell_of(request, "Reading", "read"), desk_of(request)))


async def document(request: Request) -> Response:
    """One transcript, or the part of it that was asked for."""
    desk, name = desk_of(request), _known(request)
    shell = shell_of(request, f"Transcript {name}", "read")
    return answer("reading.html.j2", reading_view(shell, desk, coder_of(request), name, asked_of(request.query_params)))


async def code(request: Request) -> Response:
    """Put a code on a selected stretch, on an utterance or on paragraphs."""
    form, desk, name = await form_of(request), desk_of(request), _known(request)
    chosen = _selection(form, desk, name)
    entry = coded(desk, coder_of(request), chosen, form.needed("code", "a code"), form.seconds)
    return _back(form, desk.say(entry, form.seen), chosen)


async def take(request: Request) -> Response:
    """Take one's own code off an utterance or a stretch; `what` names both, as the button says it."""
    form, desk, name = await form_of(request), desk_of(request), _known(request)
    what = {key: values[0] for key, values in parse_qs(form.needed("what", "the code to take off")).items()}
    chosen = selected(desk, name, _number(what.get("start", "")), _number(what.get("end", "")))
    entry = taken(desk, coder_of(request), chosen, what.get("code", ""), form.seconds)
    return _back(form, desk.say(entry, form.seen), chosen)


def _known(request: Request) -> str:
    name: str = request.path_params["document"]
    if name not in desk_of(request).documents:
        raise HTTPException(404)
    return name


def _selection(form: Form, desk: Desk, document: str) -> Selection:
    """What is to be coded: a stretch given by its offsets, else paragraphs given by their numbers."""
    if form.one("start"):
        return selected(desk, document, _number(form.one("start")), _number(form.one("end")))
    first = form.needed("from", "the number of the first paragraph")
    return selected_paragraphs(desk, document, _number(first), _number(form.one("to") or first))


def _number(text: str) -> int:
    """A whole number from 0; -1 for anything else, which no stretch of a text has."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else -1


def _back(form: Form, entry: Entry, chosen: Selection) -> Response:
    """The same part of the transcript again, at the words that were coded, with what was looked for."""
    query = {
        "at": chosen.utterance,
        "part": "" if chosen.utterance else form.one("part"),
        "code": form.one("look_for"),
        "who": form.one("who"),
        "said": str(entry.number),
    }
    anchor = f"#u-{quote(chosen.utterance, safe='')}" if chosen.utterance else f"#s-{chosen.start}"
    return back(f"/read/{quote(chosen.document, safe='')}?{urlencode({k: v for k, v in query.items() if v})}{anchor}")


ROUTES = (
    Route("/read", documents),
    Route("/read/{document:path}/code", code, methods=["POST"]),
    Route("/read/{document:path}/take", take, methods=["POST"]),
    Route("/read/{document:path}", document),
)
