"""The log: read it, take a decision back, save it as a table."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline import store
from pipeline.errors import UsageError
from pipeline.records import Act, Entry
from pipeline.review.request import answer, back, coder_of, desk_of, form_of, own_path, page_number
from pipeline.review.shell import shell_of
from pipeline.review.undo import last_of, made_with, may_undo
from pipeline.review.views.history import history_view


async def log(request: Request) -> Response:
    """A page of the log, the newest first."""
    shell = shell_of(request, "All decisions", "overview")
    who = request.query_params.get("coder", "")
    return answer(
        "history.html.j2", history_view(shell, desk_of(request), coder_of(request), who, page_number(request))
    )


async def log_csv(request: Request) -> Response:
    """The whole log as a table."""
    desk = desk_of(request)
    headers = {"Content-Disposition": 'attachment; filename="decisions.csv"'}
    return Response(store.log_csv(desk.log.since()), media_type="text/csv; charset=utf-8", headers=headers)


async def undo(request: Request) -> Response:
    """Take back one step of one's own, the last one if none is named."""
    form, desk, coder = await form_of(request), desk_of(request), coder_of(request)
    number = form.one("number")
    last = last_of(desk.state, coder)
    if not number and last is None:
        raise UsageError("there is nothing to take back", "undo", "You have not decided anything that can be undone.")
    wanted = int(number) if number.isascii() and number.isdecimal() and len(number) < 16 else last.number if last else 0
    entry = desk.say(Entry(Act.UNDO, coder, "", undoes=wanted), form.seen)
    for also in made_with(desk.state, wanted):
        if may_undo(desk.state, also):
            entry = desk.say(Entry(Act.UNDO, coder, "", undoes=also), form.seen)
    where = own_path(form.one("next") or "/log")
    path, _, anchor = where.partition("#")
    return back(f"{path}{'&' if '?' in path else '?'}said={entry.number}" + (f"#{anchor}" if anchor else ""))


ROUTES = (
    Route("/log", log),
    Route("/log.csv", log_csv),
    Route("/undo", undo, methods=["POST"]),
)
