"""Search over everything."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.ask.meaning import nearest_in_meaning
from pipeline.review.request import answer, coder_of, desk_of
from pipeline.review.shell import shell_of
from pipeline.review.views.search import search_view

_LONGEST = 400


async def search(request: Request) -> Response:
    """What was found for the words in the address."""
    desk, words = desk_of(request), request.query_params.get("q", "").strip()[:_LONGEST]
    by = "meaning" if request.query_params.get("by") == "meaning" else "words"

    def nearest(text: str, most: int) -> Sequence[tuple[int, float]]:
        return nearest_in_meaning(desk.result, text, request.app.state.tools(), most)

    shell = shell_of(request, "Search", "search")
    return answer("search.html.j2", search_view(shell, desk, coder_of(request), words, by, nearest))


ROUTES = (Route("/search", search),)
