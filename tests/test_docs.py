"""The documents say what the software does: commands, options, settings, columns, links."""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer

from pipeline import cli, report, run
from pipeline.config import Config
from pipeline.records import (
    Clusters,
    Codebook,
    Codings,
    CodingTable,
    Comparison,
    Corpus,
    Manifest,
    Mapping,
    Placement,
    Result,
    Space,
    ThemeModel,
    Vectors,
)

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
COMMANDS: dict[str, Any] = typer.main.get_command(cli.app).commands  # type: ignore[attr-defined]
GLOBAL = {"--help", "--debug", "--version"}

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_PROGRAM = re.compile(r"(?:^|/)theme-pipeline$")
_LINK = re.compile(r"(?<!`)!?\[[^\]]*\]\(([^)\s]+)\)")
_MAKE_TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)


def section(text: str, heading: str) -> str:
    """What stands below a heading, up to the next one of the same or a higher level."""
    level = heading.split(" ", 1)[0]
    start = text.index(f"\n{heading}\n") + len(heading) + 2
    end = re.compile(rf"^#{{1,{len(level)}}} ", re.MULTILINE).search(text, start)
    return text[start : end.start() if end else len(text)]


def marked(text: str) -> set[str]:
    """Everything in `code type` in the first cells of the tables in a text."""
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("|")]
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


def without_fences(text: str) -> str:
    return _FENCE.sub("", text)


def empty_result() -> Result:
    """A run of nothing: its tables have their columns."""
    none, no_rows = np.zeros(0, np.int32), np.zeros((0, 2), np.float32)
    mean = np.zeros(2, np.float32)
    placement = Placement(none, none, none, np.zeros(0, np.float32), ())
    return Result(
        corpus=Corpus((), (), (), (), (), ()),
        codebook=Codebook(),
        codings=Codings(),
        utterances=(),
        dropped=(),
        vectors=Vectors(no_rows, no_rows, no_rows, no_rows, Space(mean, mean, 0.5, 0.3)),
        clusters=Clusters(placement, ThemeModel(no_rows, none, 15, 0.45), mean[:0], mean[:0], no_rows, "none", 0),
        themes=(),
        table=CodingTable((), (), np.zeros((0, 0, 0), np.bool_), np.zeros((0, 0), np.bool_)),
        suggestions=None,
        mapping=Mapping(),
        comparison=Comparison(),
        manifest=Manifest("", "", "", (), "", "", (), "", "", (), (), ()),
    )


TABLES = report.tables(empty_result())


def settings() -> list[tuple[str, object]]:
    config = Config()
    return [
        (f"{part.name}.{setting.name}", getattr(getattr(config, part.name), setting.name))
        for part in dataclasses.fields(config)
        for setting in dataclasses.fields(getattr(config, part.name))
    ]


def in_toml(value: object) -> str:
    return json.dumps(list(value) if isinstance(value, tuple) else value)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_in_the_reference(name: str) -> None:
    named = marked(section(REFERENCE, f"### {name}"))
    options = {option for parameter in COMMANDS[name].params for option in parameter.opts if option.startswith("-")}
    assert {option for option in named if option.startswith("-")} == options - GLOBAL


def test_the_reference_names_no_other_command() -> None:
    headings = re.findall(r"^### (.+)$", section(REFERENCE, "## Commands"), re.MULTILINE)
    assert sorted(headings) == sorted([*COMMANDS, "Exit codes"])


def test_every_setting_is_in_the_reference_with_its_default() -> None:
    rows = re.findall(r"^\| `([a-z_.]+)` \| `([^`]*)` \|", section(REFERENCE, "## Settings"), re.MULTILINE)
    assert dict(rows) == {name: in_toml(value) for name, value in settings()}


@pytest.mark.parametrize("name", TABLES)
def test_every_output_column_is_in_the_reference(name: str) -> None:
    assert marked(section(REFERENCE, f"### {name}.csv")) == set(TABLES[name].columns)


def test_every_file_of_a_run_is_in_the_reference() -> None:
    further = set(re.findall(r'files\["([^"]+)"\]', inspect.getsource(run.files_of)))
    assert len(further) >= 5
    written = {f"{name}.csv" for name in TABLES} | further | {"manifest.json", "vectors.npy", "state.json", "state.npz"}
    files = section(REFERENCE, "## Files of a run").split("###")[0]
    assert marked(files) == written


def slugs(text: str) -> set[str]:
    """Anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", without_fences(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_resolve(page: Path) -> None:
    text = without_fences(page.read_text(encoding="utf-8"))
    links = [link for link in _LINK.findall(text) if not link.startswith(("http://", "https://"))]
    broken = []
    for link in links:
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        if not target.exists() or (anchor and anchor not in slugs(target.read_text(encoding="utf-8"))):
            broken.append(link)
    assert broken == []


def commands_of(text: str) -> Iterator[list[str]]:
    """Words of every command in console blocks, without prompt and comment."""
    for kind, block in _FENCE.findall(text):
        if kind == "console":
            for line in block.splitlines():
                if line.startswith("$ "):
                    yield shlex.split(line[2:], comments=True)


def arguments_of(words: Sequence[str]) -> list[str] | None:
    """What follows the program's name, None if another program is called."""
    if words and _PROGRAM.search(words[0]):
        return list(words[1:])
    if len(words) > 2 and list(words[1:3]) == ["-m", "pipeline"]:
        return list(words[3:])
    return None


def every_command() -> list[Any]:
    found = [(page, words) for page in PAGES for words in commands_of(page.read_text(encoding="utf-8"))]
    return [pytest.param(words, id=f"{page.name}: {' '.join(words)[:60]}") for page, words in found]


@pytest.mark.parametrize("words", every_command())
def test_commands_in_the_documents_parse(words: list[str]) -> None:
    arguments = arguments_of(words)
    if words[0] == "make":
        targets = set(_MAKE_TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
        assert {word for word in words[1:] if "=" not in word} <= targets
    elif arguments is None:
        assert words == ["source", ".venv/bin/activate"]
    elif arguments not in (["--help"], ["--version"]):
        COMMANDS[arguments[0]].make_context(arguments[0], arguments[1:])  # raises on an option that does not exist


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_inside_sentences_name_real_options(page: Path) -> None:
    text = without_fences(page.read_text(encoding="utf-8"))
    for code in re.findall(r"`([^`\n]+)`", text):
        words = code.split()
        if words[0] == "make":
            targets = set(_MAKE_TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
            assert {word for word in words[1:] if "=" not in word} <= targets, code
        arguments = arguments_of(words)
        if not arguments:
            continue
        options = {word for word in arguments if word.startswith("-")}
        if not arguments[0].startswith("-"):
            assert arguments[0] in COMMANDS, code
            options -= {option for parameter in COMMANDS[arguments[0]].params for option in parameter.opts}
        assert options <= GLOBAL, code
