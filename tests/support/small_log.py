"""A run of twelve utterances in three candidate themes, and a log that numbers entries."""

from __future__ import annotations

from pipeline import decide
from pipeline.decide import State
from pipeline.records import Act, Entry, SeenRun, SeenTheme


def seen_run(name: str, shift: int = 0, held: tuple[str, ...] = ()) -> SeenRun:
    """Utterances u0 to u11 of ten characters each, all in document D; four in each of T1, T2, T3."""
    utterances = tuple((f"u{i}", "D", shift + 10 * i, shift + 10 * i + 10) for i in range(12))
    ids = [utterance[0] for utterance in utterances]
    themes = tuple(
        SeenTheme(f"T{t + 1}", f"Label {t + 1}", tuple(ids[4 * t : 4 * t + 4]), f"T{t + 1}" in held) for t in range(3)
    )
    return SeenRun(name, name, utterances, themes)


class Log:
    """Entries as a log would number them, on run "a" unless another is named."""

    def __init__(self) -> None:
        self.runs = {"a": seen_run("a")}
        self.entries: list[Entry] = []
        self.write(Act.OPEN, "")

    def write(self, act: Act, coder: str = "Ann", run: str = "a", **fields: object) -> Entry:
        number = len(self.entries) + 1
        at = f"2026-02-03T10:00:{number:02}"
        self.entries.append(Entry(act, coder, run, number=number, at=at, **fields))  # type: ignore[arg-type]
        return self.entries[-1]

    @property
    def state(self) -> State:
        return decide.fold(self.entries, self.runs)
