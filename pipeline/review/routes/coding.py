"""Coding utterance by utterance: each key press is a form that is sent, and an entry of the log."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.errors import UsageError
from pipeline.records import Act, Entry
from pipeline.review import offers, queue
from pipeline.review.offers import Offer
from pipeline.review.request import Form, answer, back, coder_of, desk_of, form_of
from pipeline.review.shell import shell_of
from pipeline.review.views.coding import coding_view, done_view
from pipeline.review.views.coding_offers import code_href


async def following(request: Request) -> Response:
    """On to what this coder codes next, or a page that says that all is done."""
    desk, coder = desk_of(request), coder_of(request)
    utterance = queue.next_after(queue.share_of(desk, coder))
    if utterance:
        return back(code_href(utterance))
    return answer("coding_done.html.j2", done_view(shell_of(request, "Coding", "code"), desk, coder))


async def coding(request: Request) -> Response:
    """One utterance."""
    desk, utterance = desk_of(request), request.path_params["utterance"]
    if utterance not in desk.row:
        raise HTTPException(404)
    return answer(
        "coding.html.j2", coding_view(shell_of(request, "Coding", "code"), desk, coder_of(request), utterance)
    )


async def accept(request: Request) -> Response:
    """Yes to a suggestion."""
    form = await form_of(request)
    offer = _offer(request, form)
    return _said(request, form, offers.act_for(desk_of(request), _id(request), offer), offer.code)


async def reject(request: Request) -> Response:
    """No to a suggestion."""
    form = await form_of(request)
    return _said(request, form, Act.REJECT_CODE, _offer(request, form).code)


async def give(request: Request) -> Response:
    """A code of the whole list; one that is on screen as a suggestion is accepted by that."""
    form, desk, coder = await form_of(request), desk_of(request), coder_of(request)
    code = form.needed("code", "the code")
    if code not in {each.name for each in desk.codebook.codes}:
        raise UsageError(f"the codebook has no code “{code}”", _id(request), "Choose one that it has.")
    if code in desk.codes_by(coder, _id(request)):
        return back(code_href(_id(request)))
    offered = (each for each in offers.offers(desk, coder, _id(request)) if each.code == code)
    acts = [offers.act_for(desk, _id(request), each) for each in offered]
    return _said(request, form, acts[0] if acts else Act.GIVE_CODE, code)


async def take(request: Request) -> Response:
    """A code of one's own off again."""
    form = await form_of(request)
    code = form.needed("code", "the code")
    if code not in desk_of(request).codes_by(coder_of(request), _id(request)):
        raise UsageError(f"you have not given the code “{code}”", _id(request), "Nothing is to be taken off.")
    return _said(request, form, Act.TAKE_CODE, code)


async def none(request: Request) -> Response:
    """No code applies."""
    form = await form_of(request)
    if desk_of(request).state.said_by(coder_of(request), _id(request)).nothing:
        return back(code_href(_id(request)))
    return _said(request, form, Act.NO_CODE, "")


async def lock(request: Request) -> Response:
    """What was said before suggestions were shown stands; from now on they are shown."""
    form, desk, coder, utterance = await form_of(request), desk_of(request), coder_of(request), _id(request)
    if not offers.speaks_first(desk, coder, utterance):
        raise UsageError("suggestions are shown already", utterance, "Go on with them.")
    if utterance not in queue.done_with(desk, coder):
        fact = "you have not said anything yet"
        raise UsageError(fact, utterance, "Give a code, or say that no code applies; suggestions show after that.")
    codes = desk.codes_by(coder, utterance)
    shown = tuple(offer.code for offer in offers.once_spoken(desk, coder, utterance))
    entry = Entry(Act.LOCK, coder, "", utterance=utterance, members=codes, shown=shown, seconds=form.seconds)
    return back(f"{code_href(utterance)}?said={desk.say(entry, form.seen).number}")


async def memo(request: Request) -> Response:
    """A memo on the utterance."""
    form = await form_of(request)
    text = form.needed("text", "the memo's text")
    entry = desk_of(request).say(Entry(Act.MEMO, coder_of(request), "", utterance=_id(request), text=text), form.seen)
    return back(f"{code_href(_id(request))}?said={entry.number}")


def _id(request: Request) -> str:
    """The utterance of the address; raises UsageError if the run has none of this id."""
    utterance: str = request.path_params["utterance"]
    return desk_of(request).utterance(utterance).id


def _offer(request: Request, form: Form) -> Offer:
    """The suggestion on screen that the form names."""
    code = form.needed("code", "the code")
    for offer in offers.offers(desk_of(request), coder_of(request), _id(request)):
        if offer.code == code:
            return offer
    raise UsageError(f"“{code}” is not suggested here", _id(request), "Choose it from the list of all codes.")


def _said(request: Request, form: Form, act: Act, code: str) -> Response:
    """Write down what was said of a code, with what was on screen, and show the utterance again."""
    desk, coder, utterance = desk_of(request), coder_of(request), _id(request)
    shown = tuple(offer.code for offer in offers.offers(desk, coder, utterance))
    entry = Entry(act, coder, "", utterance=utterance, code=code, shown=shown, seconds=form.seconds)
    return back(f"{code_href(utterance)}?said={desk.say(entry, form.seen).number}")


ROUTES = (
    Route("/code", following),
    Route("/code/{utterance:path}", coding),
    Route("/code/{utterance:path}/accept", accept, methods=["POST"]),
    Route("/code/{utterance:path}/reject", reject, methods=["POST"]),
    Route("/code/{utterance:path}/give", give, methods=["POST"]),
    Route("/code/{utterance:path}/take", take, methods=["POST"]),
    Route("/code/{utterance:path}/none", none, methods=["POST"]),
    Route("/code/{utterance:path}/lock", lock, methods=["POST"]),
    Route("/code/{utterance:path}/memo", memo, methods=["POST"]),
)
