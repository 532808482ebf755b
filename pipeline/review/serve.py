"""The server of the review app: a socket that only this machine reaches, and a clean end."""

from __future__ import annotations

import errno
import gc
import os
import secrets
import signal
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp
from threadpoolctl import threadpool_limits

from pipeline.errors import UsageError
from pipeline.review.guard import ENTER, Guard

LOOPBACK = "127.0.0.1"
_MOST_AT_ONCE = 64
"""Connections at a time; a browser opens about six."""
_IDLE = 60
_GRACE = 3
"""Seconds that a connection may idle, and that answers under way have when the app is ended."""


def listen(port: int) -> socket.socket:
    """A socket on the loopback address, with a free port if none (0) is named; raises UsageError if there is none."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":  # a port that was left a moment ago can be had again; elsewhere this would share a taken one
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
        listener.listen()
    except OSError as problem:
        listener.close()
        taken = problem.errno == errno.EADDRINUSE
        what = f"port {port} is {'taken by another program' if taken else 'not to be had'}"
        raise UsageError(what, "--port", "Name another port, or none: then a free one is found.") from None
    return listener


def serve(app: ASGIApp, listener: socket.socket, browser: bool, say: Callable[[str], None]) -> None:
    """Serves the app, guarded, until Ctrl+C or SIGTERM; says the address once and opens it in a browser if asked to."""
    port, token = listener.getsockname()[1], secrets.token_urlsafe(32)
    address = f"http://{LOOPBACK}:{port}{ENTER}?token={token}"

    def ready() -> None:
        say(f"Open {address} in this machine's browser; Ctrl+C ends.")
        if browser:  # in a thread of its own: a browser in the terminal keeps its caller until it is closed
            threading.Thread(target=_open, args=(address,), daemon=True).start()

    with _told_to_end():
        server_of(Guard(app, token, port), ready).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Tells when it answers, and from when on a signal ends it in order."""

    def __init__(self, settings: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(settings)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


def server_of(app: ASGIApp, ready: Callable[[], None]) -> uvicorn.Server:
    """The server: one process, plain HTTP, and silent, since its log would quote addresses and errors.

    ready: called once when it answers.
    """
    settings = uvicorn.Config(
        app,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=_MOST_AT_ONCE,
        timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=_GRACE,
    )
    return _Server(settings, ready)


def _open(address: str) -> None:
    with suppress(webbrowser.Error, OSError):  # the address stands in the terminal
        webbrowser.open(address)


@contextmanager
def steadily() -> Iterator[None]:
    """Answers of the block do not wait for the housekeeping of this process.

    What was opened stays until the end: else the collector goes through all of it now and then, for 100 ms.  Products
    are small: with more threads they are slower, the more so on a machine that has other things to do.
    """
    gc.freeze()
    try:
        with threadpool_limits(1):
            yield
    finally:
        gc.unfreeze()


@contextmanager
def _told_to_end() -> Iterator[None]:
    """SIGTERM ends the block as Ctrl+C does, and both in peace: the server has answered what was under way by then."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGTERM, before)
