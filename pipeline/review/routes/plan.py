"""How the team works, set before it begins."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.review.drawing import plan_entries
from pipeline.review.request import answer, back, coder_of, desk_of, form_of
from pipeline.review.shell import shell_of
from pipeline.review.views.plan import plan_view, read_plan


async def plan(request: Request) -> Response:
    """What is set, or a form with what is proposed."""
    return answer("plan.html.j2", plan_view(shell_of(request, "How the team works", "code"), desk_of(request)))


async def set_plan(request: Request) -> Response:
    """New settings, with what is drawn for them."""
    form, desk = await form_of(request), desk_of(request)
    wanted = read_plan(form.one("blind"), form.one("double"), form.one("decoys"), form.one("seed"))
    entries = desk.say_all(plan_entries(desk, coder_of(request), wanted), form.seen)
    return back(f"/plan?said={entries[0].number}")


ROUTES = (Route("/plan", plan), Route("/plan", set_plan, methods=["POST"]))
