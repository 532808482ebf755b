"""The server of the review app: where it listens, what it says, and how it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.review.serve import listen

_DUMMY = """
import sys, webbrowser
from starlette.responses import PlainTextResponse
from pipeline.review.serve import listen, serve

def opened(address):
    print("opened", address, flush=True)
    raise webbrowser.Error("there is none")

webbrowser.open = opened
listener = listen(int(sys.argv[1]))
serve(PlainTextResponse("a page"), listener, sys.argv[2] == "browser", lambda line: print(line, flush=True))
print("ended in order", flush=True)
"""


class _Served:
    """A server in a process of its own."""

    def __init__(self, *command: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=_environment()
        )
        self.line = self.read_line()
        self.address = next((word for word in self.line.split() if word.startswith("http://")), "")

    def read_line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def page(self, path: str = "") -> tuple[int, str]:
        """Enters with the address and gives the page that it leads to."""
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        try:
            with browser.open(self.address + path, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, ""

    def ends_with(self, number: signal.Signals) -> tuple[int, str, str]:
        """Exit code and what was printed after a signal."""
        self.process.send_signal(number)
        printed, errors = self.process.communicate(timeout=30)
        return self.process.returncode, printed, errors


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONWARNINGS": "error", "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def start() -> Iterator[Callable[..., _Served]]:
    """Starts servers and sees to it that none is left."""
    started: list[_Served] = []

    def make(*command: str) -> _Served:
        started.append(_Served(*command))
        return started[-1]

    yield make
    for served in started:
        if served.process.poll() is None:
            served.process.kill()
        served.process.communicate()


def test_only_the_loopback_address_is_listened_on() -> None:
    with listen(0) as listener:
        assert listener.family is socket.AF_INET
        host, port = listener.getsockname()
        assert host == "127.0.0.1"
        assert port >= 1024
        for other in _other_addresses():
            with socket.socket(socket.AF_INET) as visitor:
                visitor.settimeout(2)
                with pytest.raises(OSError, match=r"refused|unreachable|timed out"):
                    visitor.connect((other, port))


def _other_addresses() -> list[str]:
    """Addresses of this machine that are not 127.0.0.1."""
    found = {str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    return sorted((found | {"127.0.0.2"}) - {"127.0.0.1"})


def test_a_named_port_is_used_and_a_taken_one_is_refused() -> None:
    with listen(0) as first:
        port = first.getsockname()[1]
        with pytest.raises(UsageError, match=rf"--port: port {port} is taken by another program\. Name another port"):
            listen(port)
    with listen(port) as again:
        assert again.getsockname()[1] == port


def test_a_port_that_is_taken_on_all_addresses_is_refused() -> None:
    with socket.create_server(("0.0.0.0", 0)) as everywhere:  # noqa: S104 - this is what must not be shared
        port = everywhere.getsockname()[1]
        with pytest.raises(UsageError, match="taken by another program"):
            listen(port)


def test_the_address_is_said_once_and_leads_to_the_app(start: Callable[..., _Served]) -> None:
    served = start("-c", _DUMMY, "0", "none")
    words = served.line.split()
    assert served.line == f"Open {served.address} in this machine's browser; Ctrl+C ends."
    assert words[1].startswith("http://127.0.0.1:")
    assert len(served.address.partition("/enter?token=")[2]) >= 43
    assert served.page() == (200, "a page")
    assert served.page("x") == (403, "")
    code, printed, errors = served.ends_with(signal.SIGINT)
    assert (code, printed, errors) == (0, "ended in order\n", "")


def test_each_start_has_a_token_of_its_own(start: Callable[..., _Served]) -> None:
    tokens = {start("-c", _DUMMY, "0", "none").address.partition("=")[2] for _ in range(2)}
    assert len(tokens) == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("asked", [True, False])
def test_a_signal_ends_it_in_order(start: Callable[..., _Served], number: signal.Signals, asked: bool) -> None:
    served = start("-c", _DUMMY, "0", "none")
    if asked:
        assert served.page()[0] == 200
    assert served.ends_with(number) == (0, "ended in order\n", "")


def test_an_open_connection_does_not_keep_it_from_ending(start: Callable[..., _Served]) -> None:
    served = start("-c", _DUMMY, "0", "none")
    port = int(served.address.split(":")[2].split("/")[0])
    with socket.create_connection(("127.0.0.1", port)) as idle:
        idle.sendall(b"POST /x HTTP/1.1\r\nHost: ")
        assert served.ends_with(signal.SIGTERM)[0] == 0


def test_a_form_that_never_ends_does_not_keep_it_from_ending(start: Callable[..., _Served]) -> None:
    served = start("-c", _DUMMY, "0", "none")
    host, _, path = served.address.removeprefix("http://").partition("/")
    port = int(host.partition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as waiting:
        waiting.sendall(f"GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        cookie = waiting.recv(65536).decode().partition("set-cookie: ")[2].partition(";")[0]
        head = f"POST / HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n"
        waiting.sendall(f"{head}Content-Length: 10\r\n\r\nnever".encode())
        assert served.ends_with(signal.SIGTERM) == (0, "ended in order\n", "")


def test_the_browser_is_opened_with_the_address_and_need_not_exist(start: Callable[..., _Served]) -> None:
    served = start("-c", _DUMMY, "0", "browser")
    assert served.read_line() == f"opened {served.address}"
    assert served.page() == (200, "a page")
    assert served.ends_with(signal.SIGINT) == (0, "ended in order\n", "")


def test_the_command_serves_a_run_and_keeps_its_log(start: Callable[..., _Served], run_folder: Path) -> None:
    served = start("-m", "pipeline", "review", str(run_folder), "--no-browser")
    assert served.line.startswith("Open http://127.0.0.1:")
    status, page = served.page()
    assert (status, "<html" in page) == (200, True)
    code, printed, errors = served.ends_with(signal.SIGINT)
    log = run_folder / "decisions.sqlite"
    assert (code, errors) == (0, "")
    assert printed == f"The review has ended; every decision is kept in {log}.\n"
    assert log.is_file()
    assert not list(run_folder.glob("decisions.sqlite-*")), "the log was not closed"


def test_the_command_says_what_to_do_about_a_taken_port(run_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from pipeline.cli import main

    with listen(0) as taken:
        port = taken.getsockname()[1]
        assert main(["review", str(run_folder), "--no-browser", "--port", str(port)]) == 2
    told = capsys.readouterr().err
    assert told == (
        f"theme-pipeline: --port: port {port} is taken by another program. "
        "Name another port, or none: then a free one is found.\n"
    )
    assert not (run_folder / "decisions.sqlite").exists()
