"""The errors that a user can act on, each with the exit code that the command line returns for it."""

from __future__ import annotations


class PipelineError(Exception):
    """Base class: what is wrong, where, and what to do about it, in one paragraph.

    what: the fact, without a full stop.  where: file, line, column or key.  todo: what the user can do.
    """

    exit_code = 4

    def __init__(self, what: str, where: str = "", todo: str = "") -> None:
        self.what, self.where, self.todo = what, where, todo
        place = f"{where}: " if where else ""
        advice = f" {todo}" if todo else ""
        super().__init__(f"{place}{what}.{advice}")


class UsageError(PipelineError):
    """Raised when the command line or the configuration asks for something that does not exist."""

    exit_code = 2


class InputError(PipelineError):
    """Raised when a file that the user gave cannot be read, or contradicts itself or another file."""

    exit_code = 3


class StageError(PipelineError):
    """Raised when a stage cannot do its work although the inputs are in order (a missing library, a full disk)."""

    exit_code = 4


class CountError(StageError):
    """Raised when the counts of a run do not add up; always a defect of this software."""


class ConflictError(PipelineError):
    """Raised when somebody decided on the same thing after the page was made that a decision comes from.

    coder: who that was.
    """

    exit_code = 4

    def __init__(self, what: str, where: str = "", todo: str = "", coder: str = "") -> None:
        super().__init__(what, where, todo)
        self.coder = coder
