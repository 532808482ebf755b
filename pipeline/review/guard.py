"""The guard around the app: who may ask, how much may be sent, and what every answer says to the browser.

Interviews are confidential, and a web app on this machine can be reached by every page that its browser has open. So
nothing is answered that does not carry this machine's own address as Host (else a foreign name could be made to point
here), the session that only the address in the terminal gives, and, for what writes, this app's Origin and a word that
only its own pages know.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sys
from types import TracebackType

from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST_BODY = 1_000_000
"""Bytes that a request may send."""
CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"
ENTER = "/enter"
MOST_FIELDS = 5000
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # not no-referrer: under that, browsers send forms with "Origin: null", which cannot be told from a foreign page's
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
"""What every answer says, whatever the app says under these names."""
_METHODS = frozenset({"GET", "HEAD", "POST"})
_OURS = frozenset(name.lower().encode() for name in (*HEADERS, "Cache-Control"))
_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title></head>
<body><main id="main"><h1>{title}</h1><p>{text}</p></main></body>
</html>
"""


class Guard:
    """ASGI app around another one.

    token: what the address in the terminal ends with; it opens a session for each browser that comes with it.  port: of
    this machine, where the app is.  The app finds `request.state.session` (id of the session) and `request.state.csrf`
    (what a form must send as CSRF_FIELD, or htmx as CSRF_HEADER).  Static files, too, need the session: nobody else
    learns what runs here.
    """

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self._app, self._token = app, token.encode()
        self._hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
        # the port is in the name because browsers share cookies between ports: two reviews at once keep their own
        self._cookie = f"review-{port}"
        self._secret = secrets.token_bytes(32)
        self._sessions: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request; everything but HTTP is refused."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            return
        answer = _Answer(scope, send)
        try:
            await self._answer(scope, receive, answer)
        except ClientDisconnect:
            return
        except Exception as problem:  # noqa: BLE001 - the words of any error may quote a transcript: only its type may leave
            answer.failed = True
            place = _place(problem.__traceback__)
            print(f"theme-pipeline: {type(problem).__name__} at {place}; a page could not be shown.", file=sys.stderr)
        if answer.failed and not answer.started:
            page = _page(500, "This page could not be shown", "Go back and try again. The terminal names the error.")
            await page(scope, receive, answer.send_own)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        refusal = self._asked_wrongly(request) or self._entering(request) or self._unknown(request)
        if refusal:
            await refusal(scope, receive, send)
            return
        session = request.cookies[self._cookie]
        csrf = hmac.new(self._secret, session.encode(), hashlib.sha256).hexdigest()
        body = await _body(request, receive)
        if body is None:
            refusal = _too_long()
        elif request.method == "POST" and not await _knows(csrf, scope, body):
            refusal = _page(403, "This page is out of date", "Go back, load the page again and repeat what you did.")
        else:
            scope.setdefault("state", {}).update(session=session, csrf=csrf)
            await self._app(scope, _again(body, receive), send)
            return
        await refusal(scope, receive, send)

    def _asked_wrongly(self, request: Request) -> Response | None:
        """Refuses another machine's name (DNS rebinding) and methods that no page uses."""
        hosts = request.headers.getlist("host")
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            return _page(421, "Nothing is here under this name", "Open the address that the terminal printed.")
        if request.method not in _METHODS:
            refusal = _page(405, "This cannot be done", "The review app shows pages and takes in forms, nothing else.")
            refusal.headers["Allow"] = ", ".join(sorted(_METHODS))
            return refusal
        return None

    def _entering(self, request: Request) -> Response | None:
        """Opens a session for the browser that comes with the token; one that has a session already keeps it."""
        if request.method != "GET" or request.url.path != ENTER:
            return None
        given = request.query_params.get("token", "").encode(errors="replace")
        if not secrets.compare_digest(given, self._token):
            return _please_enter()
        answer = RedirectResponse("/", status_code=303)
        if request.cookies.get(self._cookie) not in self._sessions:
            session = secrets.token_urlsafe(32)
            self._sessions.add(session)
            answer.set_cookie(self._cookie, session, httponly=True, samesite="strict", path="/")
        return answer

    def _unknown(self, request: Request) -> Response | None:
        """Refuses who has no session, and what another page asks in the name of somebody who has one."""
        if request.cookies.get(self._cookie) not in self._sessions:
            return _please_enter()
        own = f"http://{request.headers['host']}"
        origins = request.headers.getlist("origin")
        if request.method == "POST" and not origins:
            return _foreign()
        site = request.headers.get("sec-fetch-site", "none")
        # "same-site" is foreign, too: it is another port of this machine
        if any(origin != own for origin in origins) or site not in {"same-origin", "none"}:
            return _foreign()
        return None


class _Answer:
    """Sends an answer with the guard's headers; an app's own page for a failure is held back, it may quote anything."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._send, self._scope = send, scope
        self.started = self.failed = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 500:
            self.failed = True
        if not self.failed or self.started:
            await self.send_own(message)

    async def send_own(self, message: Message) -> None:
        """Sends a message of the app's or the guard's own."""
        if message["type"] == "http.response.start":
            self.started = True
            theirs = [(name, value) for name, value in message["headers"] if name.lower() not in _OURS]
            ours = {**HEADERS, "Cache-Control": _keeping(self._scope, message["status"])}
            own = [(name.lower().encode(), value.encode()) for name, value in ours.items()]
            message = {**message, "headers": theirs + own}
        await self._send(message)


def _keeping(scope: Scope, status: int) -> str:
    """How long a browser may keep an answer: a static file whose address holds its digest (?v=...) for ever, all else
    not at all.
    """
    static = scope["path"].startswith("/static/") and scope["query_string"].startswith(b"v=")
    return "private, max-age=31536000, immutable" if static and status in {200, 304} else "no-store"


async def _body(request: Request, receive: Receive) -> bytes | None:
    """All that was sent, None if it is too long; raises ClientDisconnect."""
    told = request.headers.get("content-length", "0")
    if not told.isdecimal() or len(told) > len(str(LONGEST_BODY)) or int(told) > LONGEST_BODY:
        return None
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LONGEST_BODY:  # sent in chunks, or more than was told
            return None
    return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Hands out a body that was read already, then whatever comes after it."""
    left = [body]

    async def read() -> Message:
        return {"type": "http.request", "body": left.pop(), "more_body": False} if left else await receive()

    return read


async def _knows(csrf: str, scope: Scope, body: bytes) -> bool:
    """Whether a request carries the word of its session, in the header or in the form."""
    request = Request(scope, _again(body, _nothing))
    given = request.headers.get(CSRF_HEADER)
    if given is None:
        try:
            async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
                given = str(form.get(CSRF_FIELD, ""))
        except MultiPartException:
            return False
    return secrets.compare_digest(given.encode(errors="replace"), csrf.encode())


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


def _place(trace: TracebackType | None) -> str:
    """The line of code that an error came from."""
    place = "the start"
    while trace:
        place = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _page(status: int, title: str, text: str) -> Response:
    """A page without style: whoever gets it may not have the static files."""
    return HTMLResponse(_PAGE.format(title=title, text=text), status_code=status)


def _please_enter() -> Response:
    return _page(403, "Open the address that the terminal printed", "Copy all of it into this browser's address bar.")


def _foreign() -> Response:
    return _page(
        403, "This came from another page", "Go back to the review app, load the page again and repeat it there."
    )


def _too_long() -> Response:
    most = f"{LONGEST_BODY // 1000} kB"
    return _page(413, "Too much was sent at once", f"The review app takes in {most} at most. Go back and send less.")
