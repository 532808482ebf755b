"""The walls between the rooms: who may import whom, and what stays unloaded until it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pipeline"
# Library -> what the adapter's file name calls it.
HEAVY = {
    "charset_normalizer": "charset_normalizer",
    "datasets": "datasets",
    "docx": "docx",
    "hdbscan": "hdbscan",
    "lxml": "lxml",
    "mammoth": "mammoth",
    "matplotlib": "matplotlib",
    "odfdo": "odfdo",
    "py3langid": "py3langid",
    "pyarrow": "pyarrow",
    "python_calamine": "calamine",
    "sentence_transformers": "st",
    "sklearn": "sklearn",
    "spacy": "spacy",
    "srt": "srt",
    "striprtf": "striprtf",
    "umap": "umap",
    "webvtt": "webvtt",
    "xlsxwriter": "xlsxwriter",
}
# These may have an adapter in more than one room; all others have one file in the whole of pipeline.
IN_SEVERAL_ROOMS = {"lxml", "pyarrow", "sklearn", "xlsxwriter"}
NEVER_AT_START = (
    "torch", "spacy", "umap", "hdbscan", "sklearn", "scipy", "pandas", "pyarrow", "matplotlib", "datasets", "numba",
    "transformers", "sentence_transformers", "lxml", "mammoth", "xlsxwriter", "python_calamine", "bertopic", "nltk",
    "docx", "odfdo", "py3langid", "srt", "striprtf", "webvtt",
)  # fmt: skip


def _imports() -> list[tuple[Path, str, bool]]:
    """(file, top package, at module level) of every import in pipeline, those under TYPE_CHECKING left out."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for_types = {
            id(node)
            for test in ast.walk(tree)
            if isinstance(test, ast.If) and ast.unparse(test.test) == "TYPE_CHECKING"
            for node in ast.walk(test)
        }
        late = {
            id(node)
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            for node in ast.walk(function)
        }
        for node in ast.walk(tree):
            if id(node) in for_types:
                continue
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            found += [(path.relative_to(PACKAGE), name.split(".")[0], id(node) not in late) for name in names]
    return found


IMPORTS = _imports()


def _contracts():
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["tool"]["importlinter"]["contracts"]


def test_the_walls_stand():
    """Every import-linter contract of pyproject.toml is kept."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Contracts: {len(_contracts())} kept, 0 broken." in done.stdout


def test_every_room_is_in_a_layer():
    """The contract is exhaustive, so a new room that nobody thought of breaks it."""
    layers = next(contract for contract in _contracts() if contract["type"] == "layers")
    assert layers["exhaustive"] is True
    named = {name.strip() for layer in layers["layers"] for name in layer.split("|")}
    there = {path.stem for path in PACKAGE.glob("*.py")} | {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert there - {"__init__"} <= named


def test_the_command_line_starts_without_anything_heavy():
    code = f"import sys, pipeline.cli; print(*sorted(set(sys.modules) & {set(NEVER_AT_START)!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_rooms_start_without_anything_heavy():
    """The flow imports every room; a room imports its heavy libraries in the function that needs them."""
    code = f"import sys, pipeline.run, pipeline.revisit; print(*sorted(set(sys.modules) & {set(NEVER_AT_START)!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("library", sorted(HEAVY))
def test_a_heavy_library_is_imported_in_one_adapter_file_and_late(library):
    files = {path for path, name, _ in IMPORTS if name == library}
    assert files, f"nothing imports {library} any more: take it out of this list"
    at_start = {str(path) for path, name, early in IMPORTS if name == library and early}
    assert not at_start
    by_room = defaultdict(set)
    for path in files:
        by_room[path.parts[0]].add(path)
    assert all(len(paths) == 1 for paths in by_room.values())
    adapters = {path for path in files if path.parts[0] != "benchmark"}
    assert all(path.stem.endswith(f"_{HEAVY[library]}") for path in adapters)
    assert library in IN_SEVERAL_ROOMS or len(adapters) == 1


@pytest.mark.parametrize("library", sorted(set(HEAVY) - IN_SEVERAL_ROOMS - {"charset_normalizer"}))
def test_every_adapter_has_its_contract(library):
    protected = {c["protected_modules"][0]: c["allowed_importers"] for c in _contracts() if c["type"] == "protected"}
    adapter = next(path for path, name, _ in IMPORTS if name == library)
    assert ".".join(("pipeline", *adapter.with_suffix("").parts)) in protected[library]


def test_rooms_know_no_clock_no_network_and_no_unseeded_chance():
    """Otherwise the same inputs would not give the same bytes."""
    impure = {"time", "random", "secrets", "socket", "ssl", "urllib", "http", "requests", "httpx"}
    # the benchmark measures time; the review app is a server, its draws are seeded (decide/draw.py)
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")} - {"benchmark", "review"}
    assert [(str(path), name) for path, name, _ in IMPORTS if name in impure and path.parts[0] in rooms] == []
    calls = [
        f"{path.relative_to(PACKAGE)}: {ast.unparse(node)}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.relative_to(PACKAGE).parts[0] in rooms
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith((".now", ".today", ".utcnow", "uuid1", "uuid4", ".urandom"))
    ]
    assert calls == []
