"""The map of utterances, and the one of them that is read."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.review.request import answer, coder_of, desk_of, page_number
from pipeline.review.shell import shell_of
from pipeline.review.views.map import Filter, map_view, panel_view


async def map_page(request: Request) -> Response:
    """The map; only the panel with the utterance where htmx asks for it."""
    desk, coder, asked = desk_of(request), coder_of(request), request.query_params
    if "hx-request" in request.headers:
        return answer("map_panel.html.j2", panel_view(desk, coder, asked.get("at", "")))
    wanted = Filter(asked.get("theme", ""), asked.get("site", ""), asked.get("code", ""), asked.get("open", ""))
    shell = shell_of(request, "Map of utterances", "map")
    return answer("map.html.j2", map_view(shell, desk, coder, wanted, asked.get("at", ""), page_number(request)))


ROUTES = (Route("/map", map_page),)
"""The screens that this module answers."""
