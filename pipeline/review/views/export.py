"""What can be saved, what each kind of file cannot carry, and how the next run takes the decisions in."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline import decide
from pipeline.ask.files import kinds, losses
from pipeline.review.desk import Desk
from pipeline.review.page import Shell

BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class ExportView:
    """kinds: (kind, what it is for).  command: how the next run takes the decisions in.  n_decisions: in the log.

    losses: what files of the kind `asked` cannot carry.
    """

    shell: Shell
    kinds: tuple[tuple[str, str], ...]
    log: str
    command: str
    n_decisions: int
    asked: str
    losses: tuple[str, ...]


def export_view(shell: Shell, desk: Desk, asked: str) -> ExportView:
    """The kinds of files, with the command of the next run.  asked: the kind whose losses are listed, "" for none."""
    log = str(desk.log.path)
    command = f"python -m pipeline run --config YOUR-SETTINGS.toml --decisions {log} --out runs/NEXT"
    n_decisions = sum(1 for entry in desk.state.entries.values() if entry.coder)
    told = losses(desk.result, decide.standing(desk.state), asked) if asked else ()
    return ExportView(shell, kinds(), log, command, n_decisions, asked, told)
