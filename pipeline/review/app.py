"""The app: routes, static files, and what happens when something cannot be done. No decision is made here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from pipeline.errors import ConflictError, PipelineError
from pipeline.review.desk import Desk
from pipeline.review.page import render
from pipeline.review.request import back, coder_of, desk_of, own_path, typed_in
from pipeline.review.routes import ROUTES
from pipeline.review.shell import Trouble, shell_of

STATIC = Path(__file__).parent / "static"
Handler = Callable[[Request], Awaitable[Response]]


def app(desk: Desk) -> Starlette:
    """The review app of one run; guard.Guard goes around it."""
    routes: list[BaseRoute] = [_named(route) for route in ROUTES]
    routes.append(Mount("/static", StaticFiles(directory=STATIC)))
    made = Starlette(
        routes=routes,
        exception_handlers={ConflictError: _conflict, PipelineError: _refused, HTTPException: _missing},
    )
    made.state.desk = desk
    desk.looks = False
    return made


def _named(route: Route) -> Route:
    """A route that asks who is coding first; only that question itself is open to nobody in particular."""
    handler: Handler = route.endpoint

    async def known(request: Request) -> Response:
        desk_of(request).look()
        if route.path != "/who" and not coder_of(request):
            return back(f"/who?next={quote(request.url.path)}")
        return await handler(request)

    return Route(route.path, known, methods=sorted(route.methods or ()), name=route.name)


async def _conflict(request: Request, problem: Exception) -> Response:
    own = isinstance(problem, ConflictError) and problem.coder == coder_of(request)
    title = "You decided on this in another window" if own else "Somebody else decided meanwhile"
    return _trouble(request, 409, title, problem)


async def _refused(request: Request, problem: Exception) -> Response:
    return _trouble(request, 400, "This could not be done", problem)


async def _missing(request: Request, problem: Exception) -> Response:
    status = problem.status_code if isinstance(problem, HTTPException) else 404
    return _trouble(request, status, "There is no such page", PipelineError("nothing is here", request.url.path))


def _trouble(request: Request, status: int, title: str, problem: Exception) -> Response:
    told = problem if isinstance(problem, PipelineError) else PipelineError(title)
    page = Trouble(
        shell_of(request, title, ""), told.what, told.where, told.todo, _last_page(request), typed_in(request)
    )
    return HTMLResponse(render("trouble.html.j2", page), status_code=status)


def _last_page(request: Request) -> str:
    """The page that the form was on, as a path of this app."""
    referer = request.headers.get("referer", "")
    own = str(request.base_url)
    return own_path("/" + referer.removeprefix(own)) if referer.startswith(own) else "/"
