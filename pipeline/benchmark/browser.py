"""A browser of a few lines: it speaks to the guarded app in this process, keeps its session, and takes the time."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from types import TracebackType
from urllib.parse import quote, unquote, urlencode

from starlette.types import ASGIApp, Message, Scope

from pipeline.errors import StageError
from pipeline.review.guard import CSRF_FIELD, ENTER, Guard
from pipeline.review.request import coder_cookie

_PORT, _TOKEN = 8000, "benchmark"
_HOST = f"127.0.0.1:{_PORT}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.  where: the address that a redirect names, "" if it is none.  ms: how long it took."""

    where: str
    body: bytes
    ms: float


class Browser:
    """One coder's browser, signed in at the guard.  Close it: it has an event loop of its own."""

    def __init__(self, app: ASGIApp, coder: str) -> None:
        self._app = Guard(app, _TOKEN, _PORT)
        self._loop = asyncio.new_event_loop()
        self._cookie = f"{coder_cookie(_PORT)}={quote(coder)}"
        self._csrf = ""
        self.get(f"{ENTER}?token={_TOKEN}")

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.close()

    def get(self, address: str) -> Answer:
        """The answer to an address; redirects are not followed.  Raises StageError if it is no page of the app."""
        return self._ask("GET", address, b"")

    def post(self, address: str, fields: Mapping[str, str | tuple[str, ...]]) -> Answer:
        """The answer to a form, which is sent with the session's word; raises StageError if it is refused."""
        if not self._csrf:
            found = re.search(rb'name="csrf" value="(\w+)"', self.get("/plan").body)
            self._csrf = found[1].decode() if found else ""
        body = urlencode({**fields, CSRF_FIELD: self._csrf}, doseq=True).encode()
        return self._ask("POST", address, body)

    def _ask(self, method: str, address: str, body: bytes) -> Answer:
        scope, got = _scope(method, address, self._cookie, len(body)), list[Message]()
        sent = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            return sent.pop() if sent else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            got.append(message)

        started = time.perf_counter()
        self._loop.run_until_complete(self._app(scope, receive, send))
        ms = 1000 * (time.perf_counter() - started)
        status, headers = got[0]["status"], got[0]["headers"]
        page = b"".join(message.get("body", b"") for message in got[1:])
        if status not in (200, 303):
            words = re.sub(r"<[^>]+>|\s+", " ", page.decode(errors="replace")).split()
            raise StageError(f"{method} {address} was answered with {status}", " ".join(words)[-300:], "Mend the app.")
        told = {name.decode().lower(): value.decode() for name, value in headers}
        for cookie in SimpleCookie(told.get("set-cookie", "")).values():
            self._cookie += f"; {cookie.key}={cookie.value}"
        return Answer(told.get("location", ""), page, ms)


def _scope(method: str, address: str, cookie: str, length: int) -> Scope:
    path, _, query = address.partition("#")[0].partition("?")
    headers = {
        "host": _HOST,
        "origin": f"http://{_HOST}",
        "cookie": cookie,
        "content-type": "application/x-www-form-urlencoded",
        "content-length": str(length),
    }
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", _PORT),
    }
