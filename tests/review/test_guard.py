"""What a foreign page, a foreign program and a careless form cannot do to the review app."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from pipeline.review.guard import HEADERS, LONGEST_BODY, Guard
from pipeline.review.serve import listen, server_of

GIVEN = "the-token-of-the-terminal"
PORT = 8123
OWN = f"http://127.0.0.1:{PORT}"
QUOTE = "I was afraid of the midwife"
TRAVERSALS = [
    "/static/../secret.txt",
    "/static/%2e%2e/secret.txt",
    "/static/%2e%2e%2fsecret.txt",
    "/static/..%5csecret.txt",
    "/static/....//secret.txt",
    "/static//etc/passwd",
    "/static/%2fetc%2fpasswd",
    "/static/%00",
    "/static/app.css%00.txt",
    "/static/" + "a" * 5000,
    "/../secret.txt",
]


async def _page(request: Request) -> Response:
    return JSONResponse({"session": request.state.session, "csrf": request.state.csrf})


async def _say(request: Request) -> Response:
    body = await request.body()
    form = await request.form()
    return JSONResponse({"bytes": len(body), "word": form.get("word", "")})


async def _boom(request: Request) -> Response:
    raise ValueError(QUOTE)


async def _own_words(request: Request) -> Response:
    return PlainTextResponse(QUOTE, status_code=500)


async def _late(request: Request) -> Response:
    async def parts() -> object:
        yield b"first"
        raise ValueError(QUOTE)

    return StreamingResponse(parts())


async def _lax(request: Request) -> Response:
    lax = {"Cache-Control": "public", "content-security-policy": "default-src *", "X-Frame-Options": "ALLOWALL"}
    return PlainTextResponse("lax", headers=lax)


async def _onwards(request: Request) -> Response:
    return RedirectResponse(request.query_params["next"], status_code=303)


async def _socket(websocket: WebSocket) -> None:
    await websocket.accept()


@pytest.fixture
def inner(tmp_path: Path) -> Starlette:
    """An app that is guarded by nothing of its own."""
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "app.css").write_text("body {}", encoding="utf-8")
    (tmp_path / "secret.txt").write_text(QUOTE, encoding="utf-8")
    return Starlette(
        routes=[
            Route("/", _page),
            Route("/say", _say, methods=["POST"]),
            Route("/any", _page, methods=["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"]),
            Route("/enter", _page, methods=["GET", "POST"]),
            Route("/boom", _boom),
            Route("/own-words", _own_words),
            Route("/late", _late),
            Route("/lax", _lax),
            Route("/onwards", _onwards),
            WebSocketRoute("/socket", _socket),
            Mount("/static", StaticFiles(directory=tmp_path / "static")),
        ]
    )


@pytest.fixture
def guard(inner: Starlette) -> Guard:
    return Guard(inner, GIVEN, PORT)


def _browser(guard: Guard, address: str = OWN) -> TestClient:
    return TestClient(guard, base_url=address, follow_redirects=False, headers={"Origin": address})


@pytest.fixture
def stranger(guard: Guard) -> TestClient:
    """A browser that never came with the token."""
    return _browser(guard)


@pytest.fixture
def known(guard: Guard) -> TestClient:
    """A browser with a session."""
    client = _browser(guard)
    assert client.get(f"/enter?token={GIVEN}").status_code == 303
    return client


@pytest.fixture
def csrf(known: TestClient) -> str:
    return known.get("/").json()["csrf"]


# --- the name of the machine ---


@pytest.mark.parametrize(
    "host",
    [
        f"evil.example:{PORT}",
        "127.0.0.1",
        f"127.0.0.1:{PORT + 1}",
        f"127.0.0.1.evil.example:{PORT}",
        f"127.0.0.1:{PORT}.evil.example",
        f"127.0.0.1:{PORT}0",
        f"localhost.:{PORT}",
        f"0.0.0.0:{PORT}",
        f"[::1]:{PORT}",
        f"evil@127.0.0.1:{PORT}",
        "",
    ],
)
def test_another_name_for_this_machine_gets_nothing(known: TestClient, host: str) -> None:
    answer = known.get("/", headers={"Host": host, "Cookie": _cookie_of(known)})
    assert answer.status_code == 421
    entered = known.get(f"/enter?token={GIVEN}", headers={"Host": host})
    assert (entered.status_code, "set-cookie" in entered.headers) == (421, False)


def _cookie_of(client: TestClient) -> str:
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


def test_localhost_is_this_machine_too(guard: Guard) -> None:
    client = _browser(guard, f"http://localhost:{PORT}")
    assert client.get(f"/enter?token={GIVEN}").status_code == 303
    assert client.get("/").status_code == 200


# --- the token and the session ---


@pytest.mark.parametrize(
    "query", ["", "?token=", "?token=wrong", f"?token={GIVEN}x", f"?token={GIVEN[:-1]}", "?token=%ff"]
)
def test_without_the_right_token_nobody_enters(stranger: TestClient, query: str) -> None:
    answer = stranger.get(f"/enter{query}")
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    assert "Open the address that the terminal printed" in answer.text
    assert stranger.get("/").status_code == 403


@pytest.mark.parametrize("path", ["/", "/static/app.css", "/boom", "/nowhere", "/enter/", f"/?token={GIVEN}"])
def test_without_a_session_nothing_is_told(stranger: TestClient, path: str) -> None:
    assert stranger.get(path).status_code == 403
    assert stranger.head(path).status_code == 403
    assert stranger.post(path).status_code == 403


def test_the_token_opens_a_session_that_only_this_site_sends(stranger: TestClient) -> None:
    answer = stranger.get(f"/enter?token={GIVEN}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    name, *attributes = (part.strip() for part in answer.headers["set-cookie"].split(";"))
    assert re.fullmatch(rf"review-{PORT}=[\w-]{{43}}", name)
    assert {attribute.lower() for attribute in attributes} == {"httponly", "path=/", "samesite=strict"}
    assert stranger.get("/").json()["session"] == name.partition("=")[2]


def test_only_a_visit_opens_a_session(stranger: TestClient) -> None:
    for method in ("HEAD", "POST"):
        answer = stranger.request(method, f"/enter?token={GIVEN}")
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False), method


def test_a_second_browser_enters_with_a_session_of_its_own(guard: Guard, known: TestClient) -> None:
    second = _browser(guard)
    second.get(f"/enter?token={GIVEN}")
    first, other = known.get("/").json(), second.get("/").json()
    assert first["session"] != other["session"]
    assert first["csrf"] != other["csrf"]


def test_coming_again_keeps_the_session_and_so_the_forms_of_open_pages(known: TestClient, csrf: str) -> None:
    known.get(f"/enter?token={GIVEN}")
    assert known.get("/").json()["csrf"] == csrf


def test_the_session_of_another_process_is_worth_nothing(inner: Starlette, known: TestClient) -> None:
    again = _browser(Guard(inner, GIVEN, PORT))
    assert again.get("/", headers={"Cookie": _cookie_of(known)}).status_code == 403


@pytest.mark.parametrize("value", ["", "x", "None", "%00"])
def test_a_made_up_session_is_worth_nothing(stranger: TestClient, value: str) -> None:
    assert stranger.get("/", headers={"Cookie": f"review-{PORT}={value}"}).status_code == 403


# --- foreign pages ---


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_foreign_page_reads_nothing(known: TestClient, site: str) -> None:
    assert known.get("/", headers={"Sec-Fetch-Site": site}).status_code == 403
    assert known.get("/static/app.css", headers={"Sec-Fetch-Site": site}).status_code == 403


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_own_pages_and_the_address_bar_read(known: TestClient, site: str) -> None:
    assert known.get("/", headers={"Sec-Fetch-Site": site}).status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "",
        "http://127.0.0.1",
        f"http://127.0.0.1:{PORT + 1}",
        f"https://127.0.0.1:{PORT}",
        f"http://localhost:{PORT}",
        f"{OWN}.evil.example",
        f"{OWN}/",
    ],
)
def test_a_foreign_origin_writes_nothing(known: TestClient, csrf: str, origin: str) -> None:
    headers = {"Origin": origin, "X-CSRF-Token": csrf}
    assert known.post("/say", headers=headers).status_code == 403
    assert known.get("/", headers={"Origin": origin}).status_code == 403


def test_a_form_without_origin_writes_nothing(known: TestClient, csrf: str) -> None:
    del known.headers["Origin"]
    assert known.post("/say", headers={"X-CSRF-Token": csrf, "Sec-Fetch-Site": "same-origin"}).status_code == 403
    assert known.get("/").status_code == 200


def test_a_form_from_another_port_writes_nothing(known: TestClient, csrf: str) -> None:
    headers = {"X-CSRF-Token": csrf, "Sec-Fetch-Site": "same-site"}
    assert known.post("/say", headers=headers).status_code == 403


# --- forms ---


def test_a_form_with_its_word_reaches_the_app_whole(known: TestClient, csrf: str) -> None:
    answer = known.post("/say", data={"word": "tröst & hope", "csrf": csrf})
    assert answer.json()["word"] == "tröst & hope"
    assert answer.json()["bytes"] == len(answer.request.content)


def test_a_form_in_parts_is_read_as_well(known: TestClient, csrf: str) -> None:
    parts = {"word": (None, "trust"), "csrf": (None, csrf)}
    assert known.post("/say", files=parts).json()["word"] == "trust"


def test_the_word_may_stand_in_the_header(known: TestClient, csrf: str) -> None:
    answer = known.post("/say", content=b'{"a": 1}', headers={"X-CSRF-Token": csrf, "Content-Type": "application/json"})
    assert answer.json() == {"bytes": 8, "word": ""}


def _others_word(guard: Guard) -> str:
    other = _browser(guard)
    other.get(f"/enter?token={GIVEN}")
    return str(other.get("/").json()["csrf"])


def test_a_form_without_its_word_is_refused(known: TestClient, guard: Guard, csrf: str) -> None:
    foreign = _others_word(guard)
    for data in ({}, {"csrf": ""}, {"csrf": "x"}, {"csrf": foreign}, {"csrf": csrf[:-1]}, {"csrf": "ü"}):
        answer = known.post("/say", data=data)
        assert (answer.status_code, "out of date" in answer.text) == (403, True), data
    for header in ("", "x", foreign):
        assert known.post("/say", headers={"X-CSRF-Token": header}, data={"csrf": csrf}).status_code == 403
    assert known.post(f"/say?csrf={csrf}").status_code == 403


def test_the_word_of_a_form_as_json_or_plain_text_is_not_taken(known: TestClient, csrf: str) -> None:
    for kind in ("text/plain", "application/json", ""):
        assert known.post("/say", content=f"csrf={csrf}".encode(), headers={"Content-Type": kind}).status_code == 403


_FILE = b'--x\r\nContent-Disposition: form-data; name="csrf"; filename="a"\r\n\r\nb\r\n--x--\r\n'


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
        ("multipart/form-data; boundary=x", _FILE),
        ("application/x-www-form-urlencoded", b"a=1&" * 6000),
        ("application/x-www-form-urlencoded", b"%%%=\xff\xfe"),
    ],
)
def test_a_broken_form_is_refused_like_one_without_its_word(known: TestClient, kind: str, body: bytes) -> None:
    assert known.post("/say", content=body, headers={"Content-Type": kind}).status_code == 403


# --- sizes ---


def test_as_much_as_is_allowed_is_taken(known: TestClient, csrf: str) -> None:
    answer = known.post("/say", content=b"x" * LONGEST_BODY, headers={"X-CSRF-Token": csrf})
    assert answer.json()["bytes"] == LONGEST_BODY


def test_too_much_is_refused_when_it_is_announced(known: TestClient, csrf: str) -> None:
    for length in (str(LONGEST_BODY + 1), "9" * 30, "-1", "1e9"):
        answer = known.post("/say", content=b"x", headers={"X-CSRF-Token": csrf, "Content-Length": length})
        assert answer.status_code == 413, length


def test_too_much_in_chunks_is_refused_without_reading_on(known: TestClient, csrf: str) -> None:
    read: list[int] = []

    async def receive() -> dict[str, object]:
        read.append(1)
        assert len(read) < 20, "read on after the limit"
        return {"type": "http.request", "body": b"x" * 100_000, "more_body": True}

    told = _asked_directly(known, receive, {"x-csrf-token": csrf})
    assert told[0]["status"] == 413
    assert len(read) == 11


def test_a_browser_that_leaves_while_it_sends_is_not_answered(known: TestClient, csrf: str) -> None:
    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    assert _asked_directly(known, receive, {"x-csrf-token": csrf}) == []


def _asked_directly(
    client: TestClient, receive: Callable[[], object], extra: dict[str, str]
) -> list[dict[str, object]]:
    """What the guard sends to a POST whose body comes from `receive`."""
    headers = {"host": f"127.0.0.1:{PORT}", "origin": OWN, "cookie": _cookie_of(client), **extra}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/say",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    told: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        told.append(message)

    # in a thread of its own: Playwright's browser, open for other tests, keeps a loop running in this one
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(client.app(scope, receive, send))).result()
    return told


# --- methods and paths ---


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "NONSENSE"])
def test_methods_that_no_page_uses_are_refused(known: TestClient, csrf: str, method: str) -> None:
    answer = known.request(method, "/any", headers={"X-CSRF-Token": csrf})
    if method == "get":  # the client writes it in capitals; the raw socket below does not
        assert answer.status_code == 200
        return
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")
    assert "access-control-allow-origin" not in answer.headers


def test_sockets_of_the_web_are_refused(known: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), known.websocket_connect("/socket", headers={"Cookie": _cookie_of(known)}):
        pass


@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_path_leads_out_of_the_static_files(known: TestClient, path: str) -> None:
    answer = known.get(path)
    assert answer.status_code == 404
    assert QUOTE not in answer.text
    assert known.get("/static/app.css").text == "body {}"


# --- what every answer says ---


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/static/app.css", 200),
        ("/lax", 200),
        (f"/enter?token={GIVEN}", 303),
        ("/onwards?next=/", 303),
        ("/enter", 403),
        ("/nowhere", 404),
        ("/say", 405),
        ("/boom", 500),
        ("/own-words", 500),
    ],
)
def test_every_answer_carries_the_headers_once(known: TestClient, path: str, status: int) -> None:
    answer = known.get(path)
    assert answer.status_code == status
    for name, value in {**HEADERS, "Cache-Control": "no-store"}.items():
        assert answer.headers.get_list(name) == [value], name


def test_refusals_carry_the_headers_too(known: TestClient, stranger: TestClient) -> None:
    refusals = [
        known.get("/", headers={"Host": "evil.example"}),
        known.put("/"),
        known.post("/say"),
        known.post("/say", headers={"Content-Length": "99999999"}),
        stranger.get("/"),
    ]
    assert [answer.status_code for answer in refusals] == [421, 405, 403, 413, 403]
    for answer in refusals:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert answer.headers["cache-control"] == "no-store"


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    policy = dict(rule.split(" ", 1) for rule in HEADERS["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    # "no-referrer" would make browsers send forms with "Origin: null"
    assert HEADERS["Referrer-Policy"] == "same-origin"


def test_only_static_files_under_their_digest_are_kept(known: TestClient) -> None:
    keeping = "private, max-age=31536000, immutable"
    first = known.get("/static/app.css?v=0123abcd")
    assert first.headers["cache-control"] == keeping
    again = known.get("/static/app.css?v=0123abcd", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.headers["cache-control"]) == (304, keeping)
    for path in ("/static/app.css", "/static/gone.css?v=1", "/?v=1", "/static/app.css?w=1&v=1"):
        assert known.get(path).headers["cache-control"] == "no-store", path


# --- errors ---


@pytest.mark.parametrize("path", ["/boom", "/own-words"])
def test_a_page_that_failed_tells_nothing_of_the_transcripts(
    known: TestClient, path: str, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = known.get(path)
    printed = "".join(capfd.readouterr())
    assert (answer.status_code, "This page could not be shown" in answer.text) == (500, True)
    for told in (answer.text, printed):
        assert QUOTE not in told
        assert "Traceback" not in told
    assert ("ValueError at " in printed) == (path == "/boom")


def test_the_terminal_names_the_line_of_code(known: TestClient, capfd: pytest.CaptureFixture[str]) -> None:
    known.get("/boom")
    assert re.search(rf"ValueError at \S*:{_boom.__code__.co_firstlineno + 1};", capfd.readouterr().err)


def test_a_failure_after_the_start_of_an_answer_tells_nothing(
    known: TestClient, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = known.get("/late")
    assert (answer.status_code, answer.text) == (200, "first")
    printed = "".join(capfd.readouterr())
    assert "ValueError at " in printed
    assert QUOTE not in printed


@given(
    st.binary(max_size=200), st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
)
def test_no_body_gets_past_without_its_word(body: bytes, kind: str) -> None:
    async def never(scope: object, receive: object, send: object) -> None:
        raise AssertionError("reached the app")

    client = _browser(Guard(never, GIVEN, PORT))
    client.get(f"/enter?token={GIVEN}")
    assert client.post("/", content=body, headers={"Content-Type": kind}).status_code == 403


# --- over a real socket: what a well-behaved client would not send ---


@pytest.fixture
def real(inner: Starlette) -> Iterator[Callable[[bytes], bytes]]:
    """Sends bytes to a server on this machine and gives all that comes back; HOST and COOKIE are filled in."""
    listener = listen(0)
    port = listener.getsockname()[1]
    ready = threading.Event()
    server = server_of(Guard(inner, GIVEN, port), ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    assert ready.wait(10)

    def raw(sent: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(sent)
            parts = []
            while part := _received(connection):
                parts.append(part)
        return b"".join(parts)

    host = b"127.0.0.1:%d" % port
    entered = raw(b"GET /enter?token=%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % (GIVEN.encode(), host))
    found = re.search(rb"set-cookie: ([^;]+)", entered)
    assert found, entered

    yield lambda sent: raw(sent.replace(b"HOST", host).replace(b"COOKIE", found[1]))
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65536)
    except ConnectionResetError:  # the server closed while the rest of a body was on its way
        return b""


def _status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


_KNOWN = b"Host: HOST\r\nCookie: COOKIE\r\nConnection: close\r\n"


def _csrf(real: Callable[[bytes], bytes]) -> bytes:
    found = re.search(rb'"csrf":"(\w+)"', real(b"GET / HTTP/1.1\r\n" + _KNOWN + b"\r\n"))
    assert found
    return found[1]


def test_dns_rebinding_over_a_socket(real: Callable[[bytes], bytes]) -> None:
    assert _status(real(b"GET / HTTP/1.1\r\n" + _KNOWN + b"\r\n")) == 200
    for host in (b"Host: evil.example:8123", b"Host: evil.example", b"Host: HOST\r\nHost: evil.example"):
        refused = real(b"GET / HTTP/1.1\r\n" + host + b"\r\nCookie: COOKIE\r\nConnection: close\r\n\r\n")
        assert _status(refused) in {400, 421}, refused
        assert b'"csrf"' not in refused
    assert _status(real(b"GET / HTTP/1.0\r\nCookie: COOKIE\r\n\r\n")) == 421  # no Host at all
    assert _status(real(b"GET http://evil.example/ HTTP/1.1\r\n" + _KNOWN + b"\r\n")) == 404


@pytest.mark.parametrize("method", [b"TRACE", b"CONNECT", b"PUT", b"get", b"PROPFIND"])
def test_methods_over_a_socket(real: Callable[[bytes], bytes], method: bytes) -> None:
    answer = real(method + b" /any HTTP/1.1\r\nOrigin: http://HOST\r\nX-Word: echo-me\r\n" + _KNOWN + b"\r\n")
    assert _status(answer) == 405
    assert b"echo-me" not in answer


def test_too_much_in_chunks_over_a_socket(real: Callable[[bytes], bytes]) -> None:
    head = b"POST /say HTTP/1.1\r\nOrigin: http://HOST\r\nX-CSRF-Token: " + _csrf(real) + b"\r\n" + _KNOWN
    fits = real(head + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
    assert b'"bytes":5' in fits
    chunk = b"186a0\r\n" + b"x" * 100_000 + b"\r\n"
    assert _status(real(head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 11)) == 413
    assert _status(real(head + b"Content-Length: 1000001\r\n\r\n")) == 413


def test_a_stranger_is_refused_before_the_body_is_read(real: Callable[[bytes], bytes]) -> None:
    head = b"POST /say HTTP/1.1\r\nHost: HOST\r\nOrigin: http://HOST\r\nConnection: close\r\n"
    # the body never comes: a server that waited for it would let the test run into its time limit
    assert _status(real(head + b"Content-Length: 900000\r\n\r\n")) == 403


@pytest.mark.parametrize("path", [path for path in TRAVERSALS if "%5c" not in path])
def test_paths_over_a_socket(real: Callable[[bytes], bytes], path: str) -> None:
    answer = real(b"GET " + path.encode() + b" HTTP/1.1\r\n" + _KNOWN + b"\r\n")
    assert _status(answer) == 404
    assert QUOTE.encode() not in answer
    assert b"root:" not in answer


def test_headers_cannot_be_split(real: Callable[[bytes], bytes]) -> None:
    for path in (
        b"/enter?token=x%0d%0aSet-Cookie:%20a=b",
        b"/onwards?next=/%0d%0aSet-Cookie:%20a=b",
        b"/%0d%0aX-Word:%20b",
    ):
        answer = real(b"GET " + path + b" HTTP/1.1\r\n" + _KNOWN + b"\r\n")
        head = answer.partition(b"\r\n\r\n")[0].lower()
        assert b"\r\nset-cookie:" not in head, path
        assert b"\r\nx-word:" not in head, path
    bare = real(b"GET / HTTP/1.1\r\nX-A: 1\nHost: evil.example\r\n" + _KNOWN + b"\r\n")
    assert _status(bare) == 400
    spaced = real(b"GET / HTTP/1.1\r\nHost : evil.example\r\n" + _KNOWN + b"\r\n")
    assert _status(spaced) == 400


def test_one_request_cannot_hide_in_another(real: Callable[[bytes], bytes]) -> None:
    hidden = b"GET /static/app.css HTTP/1.1\r\nHost: HOST\r\n\r\n"
    both = b"POST /say HTTP/1.1\r\nOrigin: http://HOST\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n" + _KNOWN
    answer = real(both + b"\r\n0\r\n\r\n" + hidden)
    assert answer.count(b"HTTP/1.1 ") == 1  # refused, and the connection closed
    two = b"POST /say HTTP/1.1\r\nContent-Length: 4\r\nContent-Length: 5\r\n" + _KNOWN + b"\r\nabcde"
    assert _status(real(two)) == 400


def test_the_server_does_not_say_what_it_is(real: Callable[[bytes], bytes], capfd: pytest.CaptureFixture[str]) -> None:
    head = real(b"GET /boom HTTP/1.1\r\n" + _KNOWN + b"\r\n").partition(b"\r\n\r\n")[0].lower()
    assert b"\r\nserver:" not in head
    assert b"\r\ndate:" in head
    printed = "".join(capfd.readouterr())
    assert "ValueError at " in printed
    assert QUOTE not in printed


def test_nonsense_is_refused_in_silence(real: Callable[[bytes], bytes], capfd: pytest.CaptureFixture[str]) -> None:
    for sent in (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", b"GET / HTTP/1.1\r\nHost: HOST\r\nX: \x00\r\n\r\n"):
        assert _status(real(sent)) == 400
    assert capfd.readouterr() == ("", "")
