"""What can be saved, what each kind of file cannot carry, and how the next run takes the decisions in."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline import decide
from pipeline.ask.files import kinds, losses
from pipeline.review.desk import Desk
from pipeline.review.page import Shell
from pipeline.review.queue import hidden

BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class ExportView:
    """kinds: (kind, what it is for).  command: how the next run takes the decisions in.  n_decisions: in the log.

    losses: what files of the kind `asked` cannot carry.  n_hidden: utterances of which this coder must not see yet what
    others said, and the files tell it.  decoys: the log tells which suggestions are decoys.
    """

    shell: Shell
    kinds: tuple[tuple[str, str], ...]
    log: str
    command: str
    n_decisions: int
    asked: str
    losses: tuple[str, ...]
    n_hidden: int
    decoys: bool


def export_view(shell: Shell, desk: Desk, coder: str, asked: str) -> ExportView:
    """The kinds of files, with the command of the next run.  asked: the kind whose losses are listed, "" for none."""
    log = str(desk.log.path)
    command = f"python -m pipeline run --config YOUR-SETTINGS.toml --decisions {log} --out runs/NEXT"
    n_decisions = sum(1 for entry in desk.state.entries.values() if entry.coder)
    told = losses(desk.result, decide.standing(desk.state), asked) if asked else ()
    said = desk.state.said
    n_hidden = sum(bool(said.get(about, {}).keys() - {coder}) for about in hidden(desk, coder))
    return ExportView(shell, kinds(), log, command, n_decisions, asked, told, n_hidden, bool(desk.state.decoys))
