"""The run on the table: its result, its log, and what the log amounts to. Routes read it and say decisions to it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pipeline import decide, store
from pipeline.decide import State
from pipeline.errors import UsageError
from pipeline.records import Act, Codebook, Document, Entry, Result, SeenRun, SeenTheme, Turn, Utterance
from pipeline.report.lines import is_reflexive
from pipeline.review.undo import check_undo

Made = TypeVar("Made")
CODING = frozenset({Act.ACCEPT_CODE, Act.REJECT_CODE, Act.GIVE_CODE, Act.TAKE_CODE, Act.NO_CODE, Act.LOCK})
"""Acts by which a coder codes an utterance."""
_ON_THEMES = frozenset({Act.ACCEPT_THEME, Act.REJECT_THEME, Act.RENAME_THEME, Act.MERGE_THEMES, Act.SPLIT_THEME})
_FOLLOWED = CODING | _ON_THEMES | {Act.MOVE_UTTERANCES, Act.TIE_THEME, Act.SETTLE, Act.MEMO, Act.INTRUDER}
"""Acts that change at most what one coder says of one utterance, besides what is no coding."""
_MOST_FOLLOWED = 200


class Desk:
    """One run under review.  log: open, append-only.  clock: UTC as ISO text.

    Everything is asked from one thread. `state` first takes in what other processes wrote to the log, whenever it is
    asked; where `looks` is off, only `look` does: the app looks once for each request, so that a page is of one moment.
    """

    def __init__(self, result: Result, log: store.DecisionLog, clock: Callable[[], str]) -> None:
        self.result, self.log, self.clock = result, log, clock
        self.run = store.run_id(result.manifest)
        log.remember(seen_run(result))
        self.looks = True
        self._cache: dict[str, tuple[int, object]] = {}
        self._state = decide.fold(log.since(), log.runs())
        if self._state.run != self.run:
            self._take(log.append(Entry(Act.OPEN, "", self.run)))

    @property
    def state(self) -> State:
        """What the log amounts to now."""
        if self.looks:
            self.look()
        return self._state

    def look(self) -> None:
        """Take in what was written to the log since."""
        for entry in self.log.since(self._state.last):
            self._take(entry)

    def _take(self, entry: Entry) -> None:
        if entry.run not in self._state.runs:  # another process opened another run on this log
            self._state.runs = self.log.runs()
        self._state = decide.apply(self._state, entry)

    def cached(self, name: str, make: Callable[[], Made]) -> Made:
        """What `make` gives, made anew when the log has grown; for figures that many pages show."""
        last = self.state.last
        if name not in self._cache or self._cache[name][0] != last:
            self._cache[name] = (last, make())
        return self._cache[name][1]  # type: ignore[return-value]

    def followed(self, name: str, make: Callable[[], Made], follow: Callable[[Made, frozenset[str]], Made]) -> Made:
        """As cached; where only single utterances were coded since, what `follow` makes of the old for their ids.

        What is kept this way may depend on what was said of utterances and on who codes, but not on themes and memos.
        """
        last = self.state.last
        touched = self._coded_since(self._cache[name][0]) if name in self._cache else None
        if touched is None:
            return self.cached(name, make)
        if self._cache[name][0] != last:
            self._cache[name] = (last, follow(self._cache[name][1], touched))  # type: ignore[arg-type]
        return self._cache[name][1]  # type: ignore[return-value]

    def _coded_since(self, number: int) -> frozenset[str] | None:
        """Utterances that entries with a greater number are about; None if one of these may change others, too."""
        state = self._state
        if state.last - number > _MOST_FOLLOWED:
            return None
        later = [state.entries[each] for each in range(number + 1, state.last + 1)]
        later = [state.entries.get(entry.undoes, entry) for entry in later]
        if any(entry.act not in _FOLLOWED or entry.run != self.run for entry in later):
            return None
        return frozenset(entry.utterance for entry in later if entry.utterance and entry.act in CODING)

    @cached_property
    def reflexive(self) -> bool:
        """The study's methodology rejects figures of agreement."""
        return is_reflexive(self.result)

    @cached_property
    def row(self) -> Mapping[str, int]:
        """Utterance id -> its row in the result."""
        return {utterance.id: row for row, utterance in enumerate(self.result.utterances)}

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        """Document id -> document."""
        return {document.id: document for document in self.result.corpus.documents}

    @cached_property
    def sites(self) -> Sequence[str]:
        """Sites of the utterances, sorted; "" among them if some have none."""
        return sorted({utterance.site for utterance in self.result.utterances})

    @cached_property
    def folded(self) -> Sequence[str]:
        """What was said, row by row, in a form in which capitals do not count."""
        return [utterance.text.casefold() for utterance in self.result.utterances]

    @cached_property
    def turns(self) -> Mapping[str, Sequence[Turn]]:
        """Document id -> its turns in the order of the text."""
        found: dict[str, list[Turn]] = {}
        for turn in sorted(self.result.corpus.turns, key=lambda turn: (turn.document, turn.start)):
            found.setdefault(turn.document, []).append(turn)
        return found

    @cached_property
    def rows_of(self) -> Mapping[str, Sequence[int]]:
        """Document id -> rows of its utterances in the order of the text."""
        found: dict[str, list[int]] = {document: [] for document in self.documents}
        for row, utterance in enumerate(self.result.utterances):
            found[utterance.document].append(row)
        for rows in found.values():
            rows.sort(key=lambda row: self.result.utterances[row].start)
        return found

    @property
    def codebook(self) -> Codebook:
        """The coding tree as analysts left it."""
        return decide.edited(self.result.codebook, (edit for _, edit in self.state.edits))

    @property
    def coders(self) -> tuple[str, ...]:
        """Everybody who coded in the study's files or in the review."""
        return tuple(dict.fromkeys((*self.result.table.coders, *self.state.coders)))

    def utterance(self, id_: str) -> Utterance:
        """The utterance of this id; raises UsageError if the run has none."""
        if id_ not in self.row:
            raise UsageError(f"this run has no utterance {id_}", "utterance", "Go back and choose another one.")
        return self.result.utterances[self.row[id_]]

    def codes_in_files(self, coder: str, id_: str) -> tuple[str, ...]:
        """Codes that a coder gave an utterance in the study's files, under their names of today."""
        table = self.result.table
        if coder not in table.coders:
            return ()
        names = decide.renamed(edit for _, edit in self.state.edits)
        given = table.values[table.coders.index(coder), self.row[id_]]
        codes = (names.get(code, code) for code, yes in zip(table.codes, given, strict=True) if yes)
        return tuple(dict.fromkeys(code for code in codes if code))

    def codes_by(self, coder: str, id_: str) -> tuple[str, ...]:
        """Codes of a coder on an utterance: those of the files, less what she took back, and those of the review."""
        said = self.state.said_by(coder, id_)
        kept = (code for code in self.codes_in_files(coder, id_) if code not in said.refused and not said.nothing)
        return tuple(dict.fromkeys((*kept, *said.codes)))

    def say(self, entry: Entry, seen: int | None) -> Entry:
        """Write a decision; the place of its utterance, the run and the number are filled in.

        seen: number of the last entry when the page was made.  Raises ConflictError if somebody decided on the same
        thing since, UsageError if an entry cannot be taken back.
        """
        return self.say_all((entry,), seen)[0]

    def say_all(self, entries: Sequence[Entry], seen: int | None) -> tuple[Entry, ...]:
        """Write decisions that belong together: all of them or none; see say."""
        state, pairs = self.state, []
        for entry in entries:
            full = self._placed(entry)
            if entry.act is Act.UNDO:
                check_undo(state, entry)  # and so nothing later is about the same thing, whatever was on screen
                taken, seen = state.entries[entry.undoes], None
                pairs.append((full, decide.subjects(taken, state.unnamed.get(taken.number, frozenset()))))
            else:
                pairs.append((full, decide.subjects(full, decide.unnamed(state, full))))
        written = self.log.append_all(pairs, seen)
        self.look()  # another process may have written in between
        return written

    def _placed(self, entry: Entry) -> Entry:
        full = dataclasses.replace(entry, run=self.run)
        if not entry.utterance:
            return full
        where = self.utterance(entry.utterance)
        return dataclasses.replace(full, document=where.document, start=where.start, end=where.end)


def seen_run(result: Result) -> SeenRun:
    """What the log must remember of a run."""
    held = {theme.id for theme in result.standing.themes}
    members: list[list[str]] = [[] for _ in result.themes]
    for utterance, theme in zip(result.utterances, result.clusters.placement.theme.tolist(), strict=True):
        if theme >= 0:
            members[theme].append(utterance.id)
    return SeenRun(
        id=store.run_id(result.manifest),
        name=result.manifest.name,
        utterances=tuple((u.id, u.document, u.start, u.end) for u in result.utterances),
        themes=tuple(
            SeenTheme(theme.id, theme.label, tuple(ids), theme.id in held)
            for theme, ids in zip(result.themes, members, strict=True)
        ),
    )


def open_desk(folder: Path, clock: Callable[[], str]) -> Desk:
    """The run in a folder, with the log that lies there (a new one if there is none)."""
    return Desk(store.load(folder), store.DecisionLog(folder / store.LOG, clock), clock)
