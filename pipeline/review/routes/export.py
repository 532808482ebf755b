"""Save what was decided: files of other programs, and a copy of the log."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline import decide
from pipeline.ask.files import kinds, saved
from pipeline.review.request import answer, coder_of, desk_of
from pipeline.review.shell import shell_of
from pipeline.review.views.export import BACKUP, export_view


async def export(request: Request) -> Response:
    """What can be saved."""
    shell, asked = shell_of(request, "Save and export", "overview"), request.query_params.get("losses", "")
    asked = asked if asked in dict(kinds()) else ""
    return answer("export.html.j2", export_view(shell, desk_of(request), coder_of(request), asked))


async def download(request: Request) -> Response:
    """One file of a kind."""
    kind, desk = request.path_params["kind"], desk_of(request)
    if kind == BACKUP:
        name, content = "decisions.sqlite", desk.log.backup()
    elif kind in dict(kinds()):
        name, content = saved(desk.result, decide.standing(desk.state), kind)
    else:
        raise HTTPException(404)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="application/octet-stream", headers=headers)


ROUTES = (Route("/export", export), Route("/export/{kind}", download))
