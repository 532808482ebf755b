"""The first page, and the question who is coding."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.errors import UsageError
from pipeline.records import AGREED
from pipeline.review.request import answer, back, clean_name, coder_of, desk_of, form_of, own_path, with_coder
from pipeline.review.shell import shell_of
from pipeline.review.views.overview import overview_view
from pipeline.review.views.who import who_view


async def overview(request: Request) -> Response:
    """How far the team is, and what to do next."""
    shell = shell_of(request, "Overview", "overview")
    return answer("overview.html.j2", overview_view(shell, desk_of(request), coder_of(request)))


async def who(request: Request) -> Response:
    """Who is coding in this browser?"""
    shell = shell_of(request, "Who is coding?", "")
    return answer("who.html.j2", who_view(shell, desk_of(request), own_path(request.query_params.get("next", "/"))))


async def sign_in(request: Request) -> Response:
    """This browser is that coder's from now on."""
    form = await form_of(request)
    name = clean_name(form.one("coder") or form.one("name"))
    if not name:
        raise UsageError("no name was given", "who is coding", "Choose your name, or type a new one.")
    if name.casefold() == AGREED:
        raise UsageError(f"“{name}” stands for what coders agreed on", "who is coding", "Take another name.")
    return with_coder(request, back(own_path(form.one("next"))), name)


ROUTES = (
    Route("/", overview),
    Route("/who", who, methods=["GET"]),
    Route("/who", sign_in, methods=["POST"]),
)
