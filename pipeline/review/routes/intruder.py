"""The quote-intrusion test: four quotes of a theme and one that is not of it."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.errors import UsageError
from pipeline.records import Act, Entry
from pipeline.review.page import in_path
from pipeline.review.request import answer, back, coder_of, desk_of, form_of
from pipeline.review.shell import shell_of
from pipeline.review.views.intruder import draw, intruder_view


async def intruder(request: Request) -> Response:
    """The next test of this theme for this coder, and how the last one went."""
    desk, id_ = desk_of(request), request.path_params["theme"]
    if id_ not in desk.state.themes:
        raise HTTPException(404)
    if into := desk.state.themes[id_].into:
        return back(f"/themes/{in_path(into)}/intruder")
    shell = shell_of(request, f"Which quote does not belong to {id_}?", "themes")
    return answer("intruder.html.j2", intruder_view(shell, desk, coder_of(request), id_))


async def pick(request: Request) -> Response:
    """The quote that somebody picked; which one it was is drawn again here and was never on the page.

    A form that was sent twice, or whose theme was changed meanwhile, is no answer to the test that is drawn now.
    """
    form, desk, id_ = await form_of(request), desk_of(request), request.path_params["theme"]
    if id_ not in desk.state.themes:
        raise HTTPException(404)
    shown, out = draw(desk, coder_of(request), id_)
    picked = form.needed("utterance", "the quote that you picked")
    if picked not in shown or form.all("shown") != shown:
        raise UsageError("the quotes have changed meanwhile", id_, "Load the page again and pick one.")
    entry = Entry(
        Act.INTRUDER,
        coder_of(request),
        "",
        theme=id_,
        utterance=picked,
        members=shown,
        text=out,
        seconds=form.seconds,
    )
    desk.say(entry, None)
    return back(f"/themes/{in_path(id_)}/intruder")


ROUTES = (
    Route("/themes/{theme}/intruder", intruder),
    Route("/themes/{theme}/intruder", pick, methods=["POST"]),
)
