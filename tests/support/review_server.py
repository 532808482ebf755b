"""The review app as people meet it: a real server behind its guard, and visitors in a real Chromium who miss nothing.

A visitor notes every message of the console, every error of a page, every request that leaves this machine, and every
page that is wider than its window.
"""

from __future__ import annotations

import re
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from pipeline import store
from pipeline.records import Act, Entry
from pipeline.review.app import app
from pipeline.review.desk import open_desk
from pipeline.review.guard import ENTER, Guard
from pipeline.review.serve import listen, server_of
from pipeline.stages import Tools

_WATCH = """
(() => {
  const check = () => {
    const page = document.documentElement;
    if (page.scrollWidth > page.clientWidth) console.error(`wider than the window: ${location.pathname}`);
  };
  addEventListener("load", check);
  document.addEventListener("htmx:afterSettle", check);
})();
"""


@dataclass(frozen=True, slots=True)
class Site:
    """A running review.  address: without a slash at its end.  enter: the address that the terminal prints."""

    address: str
    enter: str
    folder: Path

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The log as another process reads it."""
        return store.read_log(self.folder / store.LOG)[0]

    def acts(self, coder: str) -> list[tuple[Act, str, str]]:
        """(act, utterance or theme, code) of everything that somebody said, in its order."""
        told = [entry for entry in self.entries if entry.coder == coder]
        return [(entry.act, entry.utterance or entry.theme, entry.code) for entry in told]


@contextmanager
def serving(folder: Path, tools: Tools, clock: Callable[[], str]) -> Iterator[Site]:
    """The app of a run, served from a thread until the block ends."""
    listener, ready, token = listen(0), threading.Event(), secrets.token_urlsafe()
    port = listener.getsockname()[1]
    desk = open_desk(folder, clock)
    with closing(listener), closing(desk.log):
        pages = app(desk)
        pages.state.tools = lambda: tools
        server = server_of(Guard(pages, token, port), ready.set)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        assert ready.wait(10)
        address = f"http://127.0.0.1:{port}"
        yield Site(address, f"{address}{ENTER}?token={token}", folder)
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


@contextmanager
def started(folder: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], Site]]:
    """`review` as its users start it, the address read from what it prints."""
    command = [sys.executable, "-m", "pipeline", "review", str(folder), "--no-browser", *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/enter\?token=\S+", server.stdout.readline())
        assert found
        address = found.group().partition("/enter")[0]
        try:
            yield server, Site(address, found.group(), folder)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(10)


@dataclass(slots=True)
class Visitor:
    """Somebody with a browser of her own.  problems: what a good app never causes."""

    site: Site
    name: str
    context: Any
    page: Any
    problems: list[str] = field(default_factory=list)

    def enter(self) -> None:
        """Open the address of the terminal and say who is coding."""
        self.page.goto(self.site.enter)
        self.page.fill("#name", self.name)
        self.page.click("text=Begin")
        self.page.wait_for_selector(f"text={self.name} is coding")

    def go(self, path: str) -> None:
        """Open a page by its address."""
        self.page.goto(self.site.address + path)

    @property
    def path(self) -> str:
        """Where she is, in plain letters, without what stands behind a question mark."""
        return unquote(self.page.url.removeprefix(self.site.address).partition("?")[0])

    @property
    def text(self) -> str:
        """What the page says, as it is seen."""
        return re.sub(r"\s+", " ", self.page.inner_text("main"))

    def decides(self, do: Callable[[], object]) -> None:
        """Do something that writes to the log, and wait for the page that knows of it."""
        before = self.page.locator("input[name=seen]").first.get_attribute("value")
        do()
        self.page.wait_for_selector(f"body:not(:has(input[name=seen][value='{before}']))", state="attached")
        self.settle()

    def press(self, key: str) -> None:
        """A key that decides something."""
        self.decides(lambda: self.page.keyboard.press(key))

    def click(self, what: str) -> None:
        """A button that decides something."""
        self.decides(self.page.locator(what).first.click)

    def follow(self, do: Callable[[], object]) -> None:
        """Do something that leads to another page."""
        before = self.page.url
        do()
        self.page.wait_for_url(lambda url: url != before)
        self.settle()

    def settle(self) -> None:
        """Wait until what came is in its place."""
        self.page.wait_for_load_state("load")
        self.page.wait_for_selector(
            "body:not(:has(.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added))", state="attached"
        )

    def forgive(self, pattern: str) -> None:
        """Problems that the story itself brought about are expected; at least one must have come."""
        left = [problem for problem in self.problems if not re.search(pattern, problem)]
        assert len(left) < len(self.problems), self.problems
        self.problems[:] = left


@contextmanager
def visiting(
    browser: Any, site: Site, name: str, width: int = 1280, scheme: str = "light", script: bool = True
) -> Iterator[Visitor]:
    """A visitor; when she leaves, nothing may have gone wrong."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
    )
    context.set_default_timeout(10_000)
    if script:
        context.add_init_script(_WATCH)
    visitor = Visitor(site, name, context, context.new_page())
    context.on("console", lambda message: visitor.problems.append(f"console: {message.text}"))
    context.on("weberror", lambda error: visitor.problems.append(f"error: {error.error}"))
    context.on("request", lambda request: _leaves(visitor, request.url))
    visitor.enter()
    yield visitor
    problems = list(visitor.problems)
    context.close()
    assert not problems, problems


def _leaves(visitor: Visitor, url: str) -> None:
    if not url.startswith((f"{visitor.site.address}/", "data:")):
        visitor.problems.append(f"a request left: {url}")


def in_path(name: str) -> str:
    """A name as one part of an address."""
    return quote(name, safe="")


def screens(theme: str, document: str, utterance: str, code: str) -> dict[str, str]:
    """Every screen by name, with its address for one theme, transcript, utterance and code."""
    one, at = in_path(theme), f"{in_path(document)}?at={in_path(utterance)}#u-{in_path(utterance)}"
    return {
        "overview": "/",
        "who": "/who",
        "plan": "/plan",
        "log": "/log",
        "export": "/export?losses=qdpx#losses",
        "themes": "/themes",
        "theme": f"/themes/{one}",
        "split": f"/themes/{one}/split",
        "intruder": f"/themes/{one}/intruder",
        "coding": f"/code/{in_path(utterance)}",
        "transcripts": "/read",
        "transcript": f"/read/{at}",
        "codebook": "/codebook",
        "code": f"/codebook/code?name={in_path(code)}",
        "differences": "/differences",
        "against the machine": "/differences?kind=machine",
        "difference": f"/differences/{in_path(utterance)}",
        "map": f"/map?at={in_path(utterance)}",
        "search": "/search?q=the&by=words",
        "by meaning": "/search?q=help&by=meaning",
    }
