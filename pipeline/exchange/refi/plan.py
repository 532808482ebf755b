"""What a project file will hold of a study, worked out once for the file and for what it says that it leaves out."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.exchange.decided import Decided, decided, suggested
from pipeline.exchange.refi.identifiers import study_space
from pipeline.exchange.refi.marks import Mark, marks
from pipeline.exchange.refi.notes import Ties, identities, tied
from pipeline.exchange.refi.speakers import coded_turns, labels
from pipeline.exchange.refi.study import Study
from pipeline.exchange.refi.team import Entry, entries
from pipeline.exchange.refi.tree import CodeTree, Wanted, code_tree
from pipeline.exchange.verdicts import Verdicts, verdicts
from pipeline.records import Codings, Memo, Turn


@dataclass(frozen=True, slots=True)
class Plan:
    """A study with its decisions carried out.

    now: the codebook after them.  codings: the codings after them.  team: nodes of the team's tree.  marks: all codings
    that stand in texts.  turns: those to code with their speakers, by document.  notes: GUIDs of the memos.
    """

    study: Study
    space: uuid.UUID
    said: Verdicts
    now: Decided
    codings: Codings
    team: tuple[Entry, ...]
    marks: tuple[Mark, ...]
    turns: Mapping[str, tuple[Turn, ...]]
    memos: tuple[Memo, ...]
    notes: tuple[str, ...]
    ties: Ties

    @property
    def used(self) -> frozenset[str]:
        """Names of the codes that people's codings in the texts name."""
        return frozenset(mark.code for mark in self.marks if not mark.place.machine)

    def tree(self) -> CodeTree:
        """The coding tree of the file."""
        wanted = Wanted(self.used, labels(self.turns), self.ties.codes)
        return code_tree(self.study.codebook, self.study.themes, self.said, wanted)


def plan_of(study: Study) -> Plan:
    """The plan of the project file of a study."""
    said, documents = verdicts(study.decisions), study.corpus.documents
    now = decided(study.codebook, study.themes, said)
    codings = suggested(study.codings, study.utterances, said)
    found = marks(study, codings.items, [theme.id for theme in study.themes if theme.id not in said.rejected])
    team = entries(now.codebook, {mark.code for mark in found if not mark.place.machine})
    space = study_space(study.codebook, documents)
    memos = (*now.codebook.memos, *codings.memos)
    notes = identities(memos, space)
    names = {name for entry in team for name in (entry.name, entry.parent) if name}
    return Plan(
        study=study,
        space=space,
        said=said,
        now=now,
        codings=codings,
        team=team,
        marks=tuple(found),
        turns=coded_turns(documents, study.corpus.turns),
        memos=memos,
        notes=notes,
        ties=tied(memos, notes, names, {document.id: document for document in documents}, found),
    )
