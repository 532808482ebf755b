"""Differences between coders and with the machine: look, discuss, settle."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.errors import UsageError
from pipeline.records import Act, Entry
from pipeline.report.words import cite
from pipeline.review.queue import hidden_from
from pipeline.review.request import answer, back, coder_of, desk_of, form_of, page_number
from pipeline.review.shell import shell_of
from pipeline.review.views.difference import difference_view
from pipeline.review.views.differences import KINDS, differences_view


async def differences(request: Request) -> Response:
    """The list of one kind of differences."""
    kind = request.query_params.get("kind", KINDS[0])
    shell = shell_of(request, "Differences", "differences")
    view = differences_view(
        shell, desk_of(request), coder_of(request), kind if kind in KINDS else KINDS[0], page_number(request)
    )
    return answer("differences.html.j2", view)


async def difference(request: Request) -> Response:
    """One utterance on which views differ."""
    desk, utterance = desk_of(request), request.path_params["utterance"]
    shell = shell_of(request, f"Views on {cite(desk.utterance(utterance))}", "differences")
    return answer("difference.html.j2", difference_view(shell, desk, coder_of(request), utterance))


async def settle(request: Request) -> Response:
    """What the coders agreed on for an utterance; none of the codes is an answer, too, but must be said."""
    form, utterance, desk = await form_of(request), request.path_params["utterance"], desk_of(request)
    codes = tuple(dict.fromkeys(code for code in form.all("code") if code))
    known = {code.name for code in desk.codebook.codes}
    if not codes and form.one("nothing") != "yes":
        raise UsageError("no code was chosen", utterance, "Choose codes, or say that no code applies.")
    if codes and form.one("nothing") == "yes":
        raise UsageError("both codes and “no code applies” were chosen", utterance, "Choose one of the two.")
    if unknown := [code for code in codes if code not in known]:
        raise UsageError(f"the codebook has no code “{unknown[0]}”", utterance, "Choose one that it has.")
    if hidden_from(desk, coder_of(request), utterance):
        raise UsageError("not everybody is done with this utterance", utterance, "Settle it when all answers are in.")
    entry = desk.say(
        Entry(
            Act.SETTLE,
            coder_of(request),
            "",
            utterance=utterance,
            members=codes,
            text=form.one("why"),
            seconds=form.seconds,
        ),
        form.seen,
    )
    return back(f"/differences/{quote(utterance, safe='')}?said={entry.number}")


async def memo(request: Request) -> Response:
    """A memo in the discussion of an utterance."""
    form, utterance = await form_of(request), request.path_params["utterance"]
    text = form.needed("text", "the memo's text")
    entry = desk_of(request).say(Entry(Act.MEMO, coder_of(request), "", utterance=utterance, text=text), form.seen)
    return back(f"/differences/{quote(utterance, safe='')}?said={entry.number}#discussion")


ROUTES = (
    Route("/differences", differences),
    Route("/differences/{utterance:path}", difference),
    Route("/differences/{utterance:path}/settle", settle, methods=["POST"]),
    Route("/differences/{utterance:path}/memo", memo, methods=["POST"]),
)
