"""A small coded study whose codes are directions in space, with peers that need no library."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest

from pipeline import codebook, embed
from pipeline.benchmark import peers, report
from pipeline.benchmark.case import Case
from pipeline.benchmark.targets import SetFigures
from pipeline.cluster import find_themes
from pipeline.codebook import Evidence
from pipeline.config import Config
from pipeline.records import Code, Codebook, Codings, CodingTable, Floats, Ints, Role, Utterance
from pipeline.stages import Tools

DIMS = 12
CODES = ("trust", "money", "advice", "family")


class CodeEncoder:
    """A text that names a code points into its direction, any other text somewhere of its own."""

    name, sha256, dims = "codes", "0" * 64, DIMS

    def batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Floats]]:
        for i, text in enumerate(texts):
            own = np.random.default_rng(sum(text.encode()) + 7 * len(text)).normal(size=DIMS)
            named = sum((1.8 * np.eye(DIMS)[j] for j, code in enumerate(CODES) if code in text), 0.25 * own)
            yield [i], (named / np.linalg.norm(named))[None].astype(np.float32)


class NoCache:
    def get(self, _: Sequence[str]) -> dict[str, Floats]:
        return {}

    def put(self, texts: Sequence[str], vectors: Floats) -> None:
        """Nothing is kept."""


def _utterance(document: int, place: int, code: str) -> Utterance:
    name, said = f"D{document}", f"{code} number {place} of {document} " + "and so on " * (place % 4)
    return Utterance(
        id=f"{name}-{place:02}",
        document=name,
        site="",
        turn=place,
        paragraph=place,
        start=100 * place,
        end=100 * place + len(said),
        speaker="P",
        person=f"{name}/{place % 2}",
        role=Role.PARTICIPANT,
        text=said,
        clean=said,
    )


def thirds(texts: Sequence[str], *_: object) -> Ints:
    return (np.arange(len(texts)) % 3 - 1).astype(np.int32)


@pytest.fixture(scope="session")
def make_case() -> Callable[..., Case]:
    """A study of so many documents of 20 utterances; every fifth carries no code."""

    def build(n_documents: int = 6) -> Case:
        tools = Tools(lambda: None, CodeEncoder(), NoCache(), "2026-01-31")
        config = Config()
        config = dataclasses.replace(
            config,
            cluster=dataclasses.replace(config.cluster, small_study=1000, resamples=2),
            compare=dataclasses.replace(config.compare, rotations=10, draws=3, bootstrap=20),
        )
        about = np.random.default_rng(3).integers(0, len(CODES), (n_documents, 20))
        cells = [(d, p) for d in range(n_documents) for p in range(20)]
        utterances = tuple(_utterance(d, p, "nothing else" if p % 5 == 4 else CODES[about[d, p]]) for d, p in cells)
        values = np.zeros((2, len(cells), len(CODES)), np.bool_)
        for row, (d, p) in enumerate(cells):
            if p % 5 != 4:
                values[:, row, about[d, p]] = True
                if p == 0:
                    values[1, row] = np.roll(values[1, row], 1)  # here the second coder errs
        table = CodingTable(("Ann", "Ben"), CODES, values, np.ones(values.shape[:2], np.bool_))
        tree = Codebook(tuple(Code(name, definition=f"what is said of {name}") for name in CODES))
        plain = embed.encode([u.clean for u in utterances], tools.encoder, tools.cache)
        vectors = embed.in_context(utterances, plain, np.zeros_like(plain), config.embed)
        codes = embed.centre(embed.encode(codebook.code_texts(tree), tools.encoder, tools.cache))
        evidence = Evidence(vectors, tuple(u.document for u in utterances), codes, table)
        clusters = find_themes(utterances, vectors, config.cluster)
        held_out = codebook.held_out(evidence, config.codebook)
        return Case(
            "invented", "", config, tools, n_documents, tree, Codings(), {f"D{d}": () for d in range(n_documents)},
            utterances, vectors, clusters, table, evidence, held_out, 0.1,
        )  # fmt: skip

    return build


@pytest.fixture(scope="session")
def study(make_case: Callable[..., Case]) -> Case:
    return make_case()


@pytest.fixture(scope="session")
def said() -> list[str]:
    """What was said of the work while `measured` was made."""
    return []


@pytest.fixture(scope="session")
def measured(study: Case, said: list[str]) -> Iterator[SetFigures]:
    """All parts of the benchmark on the study, once.

    Thirds of the rows stand for the groups of BERTopic and HDBSCAN, which take seconds to load and to compile.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(peers, "bertopic", thirds)
        patch.setattr(peers, "leaf", thirds)
        yield report.figures(study, said.append)
