"""What a project file is written from: a run with its candidate themes, or texts, codes and codings alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.errors import CountError
from pipeline.exchange.texts import free_name
from pipeline.records import Codebook, Codings, Corpus, Decision, Document, Result, Theme, Utterance

_SITE = "site"


@dataclass(frozen=True, slots=True)
class Study:
    """One study.  coders: people who worked on it, be it without a coding.  placed: for each utterance the index of
    its candidate theme, -1 if it is set aside.  decisions: in the order in which they were taken.
    """

    name: str
    corpus: Corpus
    codebook: Codebook = field(default_factory=Codebook)
    codings: Codings = field(default_factory=Codings)
    coders: tuple[str, ...] = ()
    themes: tuple[Theme, ...] = ()
    utterances: tuple[Utterance, ...] = ()
    placed: tuple[int, ...] = ()
    decisions: tuple[Decision, ...] = ()

    def __post_init__(self) -> None:
        fits = len(self.placed) in (0, len(self.utterances))
        if not fits or max(self.placed, default=-1) >= len(self.themes):
            raise CountError(
                f"{len(self.placed)} placements do not fit {len(self.utterances)} utterances and "
                f"{len(self.themes)} themes",
                "exchange",
                "This is a defect: please report it.",
            )


def study_of(result: Result, decisions: Sequence[Decision] = ()) -> Study:
    """The study of a run.

    Raises CountError if placements and utterances or themes do not belong together.
    """
    return Study(
        name=result.manifest.study,
        corpus=result.corpus,
        codebook=result.codebook,
        codings=result.codings,
        coders=result.table.coders,
        themes=result.themes,
        utterances=result.utterances,
        placed=tuple(result.clusters.placement.theme.tolist()),
        decisions=tuple(decisions),
    )


def attributes(document: Document) -> tuple[tuple[str, str], ...]:
    """What is known of a document as (name, value), site first, without empty values."""
    return tuple((name, value) for name, value in _columns(document) if value)


def variables(documents: Iterable[Document]) -> tuple[str, ...]:
    """The variables of a study in the order of the columns; site only where one is known."""
    found = (name for document in documents for name, value in _columns(document) if value or name != _SITE)
    return tuple(dict.fromkeys(found))


def _columns(document: Document) -> list[tuple[str, str]]:
    # a column may repeat a heading; both are kept, the second under a number
    found: dict[str, str] = {}
    for name, value in ((_SITE, document.site), *document.attributes):
        found[free_name(name, found)] = value
    return list(found.items())
