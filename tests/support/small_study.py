"""A small study, an encoder of ten lines and a parser of ten lines: the whole way in seconds, the same every time."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from pipeline import cli
from pipeline.config import Config, StudyConfig
from pipeline.records import Floats
from pipeline.segment import Parsed
from pipeline.stages import Tools

TOPICS = {
    "trust": "trust grows when we meet them daily and share the same kitchen with the peer worker",
    "money": "the contract ends in spring and nobody pays the transport refund or the allowance",
    "advice": "he told the patient to stop the medicine although only the doctor may change tablets",
    "family": "she walked to the village and spoke with the mother and the brothers about the illness",
    "tasks": "we wrote a list of duties so that everybody knows which task belongs to which person",
    "relapse": "I am afraid that she falls ill again when the night shifts become too heavy for her",
}


class WordEncoder:
    """Texts that share words get similar vectors: each word is a fixed random direction."""

    name, sha256, dims = "words", "0" * 64, 48

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Floats]]:
        for i, text in enumerate(texts):
            self.embedded.append(text)
            words = re.findall(r"\w+", text.casefold()) or [""]
            vector = np.sum([_direction(word) for word in words], axis=0)
            yield [i], (vector / max(np.linalg.norm(vector), 1e-9))[None].astype(np.float32)


def _direction(word: str) -> Floats:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
    return np.random.default_rng(seed).normal(size=48).astype(np.float32)


class DotParser:
    """A sentence ends at a full stop; a phrase is a word of seven letters or more."""

    name = "full stops"

    def parse(self, texts: Sequence[str]) -> Iterator[Parsed]:
        for text in texts:
            sentences = tuple((m.start(), m.end()) for m in re.finditer(r"[^.!?\s][^.!?]*[.!?]*", text))
            phrases = tuple((m.start(), m.end(), m.group().lower()) for m in re.finditer(r"[A-Za-z]{7,}", text))
            yield Parsed(sentences, phrases)


class Memory(dict[str, Floats]):
    """A cache that lives as long as the test."""

    def get(self, texts: Sequence[str]) -> dict[str, Floats]:  # type: ignore[override]
        return {text: self[text] for text in texts if text in self}

    def put(self, texts: Sequence[str], vectors: Floats) -> None:
        self.update(zip(texts, vectors, strict=True))


@pytest.fixture
def tools() -> Tools:
    return Tools(DotParser, WordEncoder(), Memory(), "2026-01-31")


@pytest.fixture
def fake_tools(monkeypatch: pytest.MonkeyPatch, tools: Tools) -> Tools:
    """The command line works with the fake encoder and parser."""

    @contextmanager
    def fakes(_: object) -> Iterator[Tools]:
        yield tools

    monkeypatch.setattr(cli, "_tools", fakes)
    return tools


def talk(document: int, n_turns: int = 24) -> str:
    """A transcript: the moderator asks, two participants answer in words of one topic each time."""
    rng = np.random.default_rng(document)
    lines = [f"Focus group {document}, translated"]
    for turn in range(n_turns):
        topic = list(TOPICS)[(turn + document) % len(TOPICS)]
        words = TOPICS[topic].split()
        keep = sorted(rng.choice(len(words), size=len(words) - 3, replace=False))
        if turn % 6 == 0:
            lines.append("Moderator: What do you see in your ward, and how is it with the others?")
        lines.append(f"P{turn % 2 + 1}: {' '.join(words[i] for i in keep)} [laughs] in turn {turn} of ours.")
        if turn % 8 == 3:
            lines.append("P1: Mm-hm.")
    return "\n\n".join(lines) + "\n"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A folder with ten transcripts, attributes, a codebook and the codings of two coders."""
    folder = tmp_path / "study"
    write_study(folder, {f"D{number:02}": talk(number) for number in range(10)})
    return folder


def write_study(folder: Path, texts: dict[str, str]) -> None:
    (folder / "transcripts").mkdir(parents=True)
    codings = ["document,start,end,coder,code"]
    for name, text in texts.items():
        (folder / "transcripts" / f"{name}.txt").write_text(text, encoding="utf-8", newline="")
        for number, found in enumerate(re.finditer(r"^P\d: (.{40,})$", text, re.MULTILINE)):
            topic = max(TOPICS, key=lambda t: len(set(TOPICS[t].split()) & set(found.group(1).split())))
            if topic == "money":
                continue  # the theme that the codebook does not have
            codings.append(f"{name},{found.start(1)},{found.end(1)},Ann,{topic}")
            second = "tasks" if number % 5 == 0 else topic
            codings.append(f"{name},{found.start(1)},{found.end(1)},Ben,{second}")
    sites = [f"{name},Site {i % 3}" for i, name in enumerate(texts)]
    (folder / "documents.csv").write_text("\n".join(["document,site", *sites]) + "\n", encoding="utf-8")
    codes = [f"{topic},Parent {i % 2},{text}" for i, (topic, text) in enumerate(TOPICS.items()) if topic != "money"]
    (folder / "codebook.csv").write_text("\n".join(["code,theme,definition", *codes]) + "\n", encoding="utf-8")
    (folder / "codings.csv").write_text("\n".join(codings) + "\n", encoding="utf-8")


@pytest.fixture
def arguments(study: Path) -> Callable[..., list[str]]:
    """The arguments of a command on the study."""

    def build(command: str, *more: str) -> list[str]:
        named = ("transcripts", "codebook", "codings", "documents")
        files = {name: study / (name if name == "transcripts" else f"{name}.csv") for name in named}
        return [command, *(part for name, path in files.items() for part in (f"--{name}", str(path))), *more]

    return build


@pytest.fixture
def settings(study: Path) -> Callable[..., Config]:
    """The configuration of a run on a study's folder, small enough for a test."""

    def build(folder: Path = study, out: str = "run", **cluster: object) -> Config:
        paths = StudyConfig(
            name="Wards",
            transcripts=str(folder / "transcripts"),
            codebook=str(folder / "codebook.csv"),
            codings=str(folder / "codings.csv"),
            documents=str(folder / "documents.csv"),
            out=str(folder.parent / out),
        )
        # Ward members below 1,000 utterances: UMAP has its own tests, and takes seconds to compile.
        small = dataclasses.replace(Config().cluster, **{"small_study": 1000, **cluster})
        return dataclasses.replace(Config(), study=paths, cluster=small)

    return build


@pytest.fixture
def write() -> Callable[[Path, dict[str, str]], None]:
    return write_study


@pytest.fixture
def make_talk() -> Callable[..., str]:
    return talk
