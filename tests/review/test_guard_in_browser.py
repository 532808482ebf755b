"""The guard as Chromium sees it: own pages work; a page from elsewhere gets nothing although the session is open."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from pipeline.review.guard import Guard
from pipeline.review.serve import listen, server_of

pytestmark = pytest.mark.browser
WORDS = "what the midwife said"


class _Site:
    """A server in a thread; `asked` lists what reached the app behind the guard."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.listener = listen(0)
        self.port = self.listener.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"

    @contextmanager
    def running(self, app: ASGIApp) -> Iterator[None]:
        ready = threading.Event()
        server = server_of(app, ready.set)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [self.listener]})
        thread.start()
        assert ready.wait(10)
        yield
        server.should_exit = True
        thread.join(10)


_OWN = """<!doctype html><html lang="en"><head><title>{words}</title><meta name="csrf" content="{csrf}">
<script src="/app.js" defer></script></head><body><p>{words}</p>
<form method="post" action="/say"><input type="hidden" name="csrf" value="{csrf}"><button>Say</button></form>
<script>document.title = "inline"</script></body></html>"""


def _own_pages(site: _Site) -> Starlette:
    """A page with a form and a script that sends in the background, as htmx does."""

    async def page(request: Request) -> Response:
        site.asked.append(f"{request.method} {request.url.path}")
        return HTMLResponse(_OWN.format(csrf=request.state.csrf, words=WORDS))

    async def script(request: Request) -> Response:
        text = (
            "fetch('/say', {method: 'POST', body: '', headers: {'X-CSRF-Token': "
            "document.querySelector('meta[name=csrf]').content}}).then(r => {document.body.dataset.sent = r.status})"
        )
        return Response(text, media_type="text/javascript")

    async def say(request: Request) -> Response:
        site.asked.append(f"{request.method} {request.url.path}")
        return RedirectResponse("/", status_code=303)

    return Starlette(routes=[Route("/", page), Route("/app.js", script), Route("/say", say, methods=["POST"])])


_EVIL = """<!doctype html><title>evil</title><h1>evil</h1>
<script src="TARGET/app.js"></script><img src="TARGET/"><iframe src="TARGET/"></iframe>
<form method="post" action="TARGET/say"><button>Win</button></form><a href="TARGET/">link</a>
<script>
Promise.allSettled([
  fetch("TARGET/", {credentials: "include"}),
  fetch("TARGET/", {credentials: "include", mode: "no-cors"}),
  fetch("TARGET/say", {method: "POST", credentials: "include", mode: "no-cors", body: "csrf=x"}),
]).then(all => { document.body.dataset.read = all.map(one => one.value ? one.value.type : "refused").join() })
</script>"""


@pytest.fixture
def sites() -> Iterator[tuple[_Site, _Site]]:
    """The guarded app, and a page on another port that attacks it."""
    own, evil = _Site(), _Site()
    page = _EVIL.replace("TARGET", own.address)
    with ExitStack() as stack:
        stack.enter_context(own.running(Guard(_own_pages(own), "given", own.port)))
        stack.enter_context(evil.running(HTMLResponse(page)))
        yield own, evil


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[[], Any]]:
    context = browser.new_context()
    yield context.new_page
    context.close()


def test_own_pages_work_and_nothing_inline_runs(sites: tuple[_Site, _Site], open_page: Callable[[], Any]) -> None:
    own, page = sites[0], open_page()
    page.goto(f"{own.address}/enter?token=given")
    assert page.url == f"{own.address}/"
    page.wait_for_selector("body[data-sent='200']")
    assert page.title() == WORDS  # the inline script did not run
    page.click("button")
    page.wait_for_selector("body[data-sent='200']")
    assert page.url == f"{own.address}/"
    assert own.asked.count("POST /say") == 3  # two in the background, one form


def test_a_page_on_another_port_reads_and_writes_nothing(
    sites: tuple[_Site, _Site], open_page: Callable[[], Any]
) -> None:
    own, evil = sites
    page = open_page()
    page.goto(f"{own.address}/enter?token=given")
    page.wait_for_selector("body[data-sent]")
    own.asked.clear()
    # 127.0.0.1 on another port is the same site, so the browser sends the session along; localhost is another site
    for name in ("127.0.0.1", "localhost"):
        page.goto(f"http://{name}:{evil.port}/")
        page.wait_for_selector("body[data-read]", state="attached")
        assert page.evaluate("document.body.dataset.read").startswith("refused,")
        page.click("button")
        page.wait_for_url(f"{own.address}/say")
        assert WORDS not in page.content()
    assert own.asked == []


def test_another_name_for_this_machine_reads_nothing(
    sites: tuple[_Site, _Site], open_page: Callable[[], Any], browser: Any
) -> None:
    own, page = sites[0], open_page()
    answer = page.goto(f"http://rebound.localhost:{own.port}/enter?token=given")
    assert answer.status == 421
    assert own.asked == []
