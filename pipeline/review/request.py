"""From a request to what the app needs of it: who asks, the form's fields, where to go next."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from pipeline.errors import UsageError
from pipeline.review.desk import Desk
from pipeline.review.page import render

_TYPED = {
    "name": "Name",
    "why": "Reason",
    "text": "Memo",
    "definition": "Definition",
    "include": "Include",
    "exclude": "Exclude",
    "examples": "Examples",
    "parent": "Stands under",
    "theme": "Stands under",
}
"""Fields into which people type, and what these are called on the page that says that a form was refused."""
_LONGEST_NAME = 80
_LONGEST_STAY = 3600.0


@dataclass(frozen=True, slots=True)
class Form:
    """A form that was sent.  seen: last entry of the log when its page was made.  seconds: since the page was made."""

    fields: Mapping[str, tuple[str, ...]]
    seen: int
    seconds: float | None

    def one(self, name: str) -> str:
        """The first value of a field without blanks around it, "" if there is none."""
        return next(iter(self.fields.get(name, ())), "").strip()

    def all(self, name: str) -> tuple[str, ...]:
        """All values of a field."""
        return self.fields.get(name, ())

    def needed(self, name: str, what: str) -> str:
        """A field that must be there; raises UsageError that names it as `what`."""
        if not self.one(name):
            raise UsageError(f"{what} is missing", name, "Fill it in and send again.")
        return self.one(name)


def desk_of(request: Request) -> Desk:
    """The run under review."""
    desk: Desk = request.app.state.desk
    return desk


def coder_cookie(port: int | None) -> str:
    """The name of the cookie that says who is coding in this browser; each of several reviews at once has its own."""
    return f"coder-{port}" if port else "coder"


def coder_of(request: Request) -> str:
    """Who is coding in this browser, "" if nobody said so yet."""
    return clean_name(unquote(request.cookies.get(coder_cookie(request.url.port), "")))


def clean_name(name: str) -> str:
    """A coder's name on one line, of a sensible length."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())[:_LONGEST_NAME]


def with_coder(request: Request, response: Response, coder: str) -> Response:
    """The response that makes this browser that coder's."""
    name = coder_cookie(request.url.port)
    response.set_cookie(name, quote(coder), httponly=True, samesite="strict", path="/")
    return response


async def form_of(request: Request) -> Form:
    """The fields of a posted form, files left out."""
    async with request.form(max_files=0, max_fields=5000) as sent:
        fields: dict[str, list[str]] = {}
        for name, value in sent.multi_items():
            if not isinstance(value, UploadFile):
                fields.setdefault(name, []).append(value)
    frozen = {name: tuple(values) for name, values in fields.items()}
    request.state.sent = frozen
    return Form(frozen, _number(frozen, "seen"), _seconds(_number(frozen, "opened")))


def typed_in(request: Request) -> tuple[tuple[str, str], ...]:
    """(What it is, text) of the words that somebody typed into the form that was sent, if one was."""
    sent: Mapping[str, tuple[str, ...]] = getattr(request.state, "sent", {})
    found = []
    for name, values in sent.items():
        field, _, part = name.partition(":")
        if field in _TYPED and any(map(str.strip, values)):
            found.append((f"{_TYPED[field]}{f' of part {part}' if part else ''}", "\n".join(values)))
    return tuple(found)


def now_ms() -> int:
    """The server's time in milliseconds, for the time that a decision took."""
    return time.time_ns() // 1_000_000


def answer(template: str, page: object) -> Response:
    """A page as it goes to the browser."""
    return HTMLResponse(render(template, page))


def back(where: str) -> Response:
    """On to another page after a form was taken in; `where` is a path of this app."""
    return RedirectResponse(where, status_code=303)


def own_path(where: str) -> str:
    """A path of this app to go to, the first page for anything else."""
    return where if where.startswith("/") and not where.startswith(("//", "/\\")) else "/"


def page_number(request: Request) -> int:
    """The page of a list that the address asks for, 1 if it does not say."""
    value = request.query_params.get("page", "1")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 9 else 1


def _number(fields: Mapping[str, tuple[str, ...]], name: str) -> int:
    value = next(iter(fields.get(name, ())), "0")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 16 else 0


def _seconds(opened: int) -> float | None:
    """Time since the page was made; unknown if it says nothing sensible, or if somebody went away for an hour."""
    seconds = (now_ms() - opened) / 1000
    return round(seconds, 1) if opened and 0 <= seconds <= _LONGEST_STAY else None
