"""The review app: analysts say what they think of candidate themes and suggestions; all is kept in the run's log."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.stages import Tools

    OpenTools = Callable[[], AbstractContextManager[Tools]]

__all__ = ["review"]


def review(run_folder: Path, port: int, browser: bool, open_tools: OpenTools, say: Callable[[str], None]) -> None:
    """Serves the review app of a run until it is ended.

    port: of this machine, 0 for a free one.  browser: open it there.  open_tools: asked when a page needs the encoder
    for the first time, which a route gets as `request.app.state.tools()`; a run whose model is not on this machine can
    be reviewed without.  say: takes each line for the terminal.  Raises UsageError, InputError.
    """
    # pages, templates and server are loaded only when the app is opened
    from pipeline import store
    from pipeline.review.app import app
    from pipeline.review.desk import open_desk
    from pipeline.review.serve import listen, serve, steadily

    with closing(listen(port)) as listener, ExitStack() as opened:
        desk = open_desk(run_folder, _now)
        opened.enter_context(closing(desk.log))
        pages = app(desk)
        pages.state.tools = cache(lambda: opened.enter_context(open_tools()))
        opened.enter_context(steadily())
        serve(pages, listener, browser, say)
    say(f"The review has ended; every decision is kept in {run_folder / store.LOG}.")


def _now() -> str:
    return datetime.datetime.now(tz=datetime.UTC).isoformat(timespec="seconds")
