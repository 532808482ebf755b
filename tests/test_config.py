"""Settings: defaults, what a file may say, and errors that a person can act on."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import tomllib
from pathlib import Path

import pytest

from pipeline import config as configs
from pipeline.config import ClusterConfig, Config, EmbedConfig, IngestConfig, StudyConfig
from pipeline.errors import CountError, InputError, PipelineError, StageError, UsageError

DEFAULT = Path(__file__).parents[1] / "configs" / "default.toml"


@pytest.fixture
def load(tmp_path):
    """load(text): the configuration in a file of that content."""

    def build(text: str | bytes) -> Config:
        path = tmp_path / "study.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return configs.load(path)

    return build


def test_an_empty_file_gives_the_defaults(load):
    assert load("") == Config()


def test_a_file_overrides_what_it_names_and_nothing_else(load):
    found = load(
        '[cluster]\nseed = 7\nplaced = 1\n[ingest]\ninterviewers = ["Mod", "I"]\nspeakers_global = true\n'
        '[segment]\nunit = "turn"\n[study]\nname = "Peers – “two”"\n'
    )
    assert found.cluster == dataclasses.replace(ClusterConfig(), seed=7, placed=1.0)
    assert isinstance(found.cluster.placed, float)
    assert found.ingest == IngestConfig(interviewers=("Mod", "I"), speakers_global=True)
    assert (found.segment.unit, found.study.name) == ("turn", "Peers – “two”")
    assert (found.embed, found.label, found.compare) == (Config().embed, Config().label, Config().compare)


@pytest.mark.parametrize(
    ("text", "what", "todo"),
    [
        ("[cluster]\nseeds = 1", "unknown key cluster.seeds", "Did you mean cluster.seed?"),
        ("[embed]\nneighbor_weight = 1.0", "unknown key embed.neighbor_weight", "Did you mean embed.neighbour_weight?"),
        ("[clusters]\nseed = 1", "unknown key clusters", "Did you mean cluster?"),
        ("[label]\nzzz = 1", "unknown key label.zzz", "Known keys: keywords, quotes."),
        ('[cluster]\nseed = "one"', "cluster.seed = 'one' is not of type int", "See configs/default.toml."),
        ("[cluster]\nseed = 1.0", "cluster.seed = 1.0 is not of type int", "See configs/default.toml."),
        ("[cluster]\nseed = true", "cluster.seed = True is not of type int", "See configs/default.toml."),
        ('[cluster]\nplaced = "0.9"', "cluster.placed = '0.9' is not of type float", "See configs/default.toml."),
        ("[cluster]\nplaced = false", "cluster.placed = False is not of type float", "See configs/default.toml."),
        (
            "[ingest]\nspeakers_global = 1",
            "ingest.speakers_global = 1 is not of type bool",
            "See configs/default.toml.",
        ),
        ("[study]\nname = 5", "study.name = 5 is not of type str", "See configs/default.toml."),
        ('[cluster]\nengine = "eom"', "cluster.engine = 'eom' is not known", "Choose one of consensus, single."),
        ("[cluster]\nengine = [1]", "cluster.engine = [1] is not known", "Choose one of consensus, single."),
        ("cluster = 5", "cluster is a section, not a value", "Write [cluster] and its keys below."),
        (
            '[ingest]\ninterviewers = "Mod"',
            "ingest.interviewers must be a list of texts",
            'For example ingest.interviewers = ["Mod", "I"].',
        ),
        (
            "[ingest]\ninterviewers = [1]",
            "ingest.interviewers must be a list of texts",
            'For example ingest.interviewers = ["Mod", "I"].',
        ),
        ("[[cluster]]\nseed = 1", "cluster is a section, not a value", "Write [cluster] and its keys below."),
    ],
)
def test_what_is_wrong_and_what_to_do(load, tmp_path, text, what, todo):
    with pytest.raises(UsageError) as wrong:
        load(text)
    assert (wrong.value.what, wrong.value.todo) == (what, todo)
    assert wrong.value.where == str(tmp_path / "study.toml")
    assert wrong.value.exit_code == 2


@pytest.mark.parametrize("content", [b"[cluster\nseed = 1", b"seed", b"\xff\xfe", b"[a]\n[a]"])
def test_what_is_no_toml(load, content):
    with pytest.raises(UsageError, match="this is not valid TOML"):
        load(content)


def test_toml_errors_name_the_line(load):
    with pytest.raises(UsageError, match="line 2"):
        load("[cluster]\nseed = \n")


@pytest.mark.parametrize("path", ["nowhere.toml", "."])
def test_a_file_that_cannot_be_read(tmp_path, path):
    with pytest.raises(UsageError, match="the configuration cannot be read"):
        configs.load(tmp_path / path)


def test_paths_are_relative_to_the_file(load, tmp_path):
    found = load(
        '[study]\ntranscripts = "talk"\ncodebook = "../codes.csv"\nout = "/absolute"\n[embed]\nregistry = "models.toml"'
    )
    assert found.study.transcripts == str(tmp_path / "talk")
    assert found.study.codebook == str(tmp_path.parent / "codes.csv")
    assert found.study.out == "/absolute"
    assert found.embed.registry == str(tmp_path / "models.toml")
    assert (found.study.codings, found.study.documents) == ("", "")  # not named is not the folder


def test_settings_come_back_from_a_manifest(load):
    found = load('[study]\nname = "N"\nmethodology = "content"\n[cluster]\nseed = 3\n[ingest]\nparticipants = ["P"]')
    assert configs.from_json(configs.to_json(found)) == found
    assert configs.from_json(configs.to_json(Config())) == Config()


def test_json_is_sorted_and_names_no_place():
    placed = Config(
        study=StudyConfig("N", "/a/talk", "/a/codes", "/a/codings", "/a/documents", "/a/out"),
        embed=EmbedConfig(cache="/a/cache", registry="/a/models.toml"),
    )
    text = configs.to_json(placed)
    assert "/a" not in text
    data = json.loads(text)
    assert list(data) == sorted(data)
    assert data["study"] == {"methodology": "codebook", "name": "N"}
    assert "cache" not in data["embed"]


def test_the_digest_is_that_of_the_settings_and_not_of_places():
    base = configs.digest(Config())
    assert base == hashlib.sha256(configs.to_json(Config()).encode()).hexdigest()
    moved = Config(
        study=StudyConfig(transcripts="/x", codebook="/x", codings="/x", documents="/x", out="/x"),
        embed=EmbedConfig(cache="/x", registry="/x"),
    )
    assert configs.digest(moved) == base
    changed = [
        Config(study=StudyConfig(name="other")),
        Config(cluster=ClusterConfig(seed=1)),
        Config(embed=EmbedConfig(model="other")),
    ]
    assert len({base, *map(configs.digest, changed)}) == 4


SETTINGS = [(section, key) for section, keys in dataclasses.asdict(Config()).items() for key in keys]


def test_default_toml_is_the_defaults():
    assert configs.load(DEFAULT) == Config()


@pytest.mark.parametrize(("section", "key"), SETTINGS)
def test_default_toml_explains_every_key(section, key):
    """Each key stands in its section with its default, and a comment right above it says what it does."""
    text = DEFAULT.read_text(encoding="utf-8")
    default = getattr(getattr(Config(), section), key)
    assert tomllib.loads(text)[section][key] == (list(default) if isinstance(default, tuple) else default)
    part = text.split(f"\n[{section}]\n")[1].split("\n[")[0]
    assert re.search(rf"^# \S.{{10,}}\n{key} = ", part, re.MULTILINE), f"no comment above {section}.{key}"


@pytest.mark.parametrize("path", sorted(DEFAULT.parent.glob("*.toml")), ids=lambda path: path.name)
def test_every_ready_made_file_can_be_read_and_says_for_whom_it_is(path):
    assert path.read_text(encoding="utf-8").startswith("# For ")
    configs.load(path)


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (PipelineError("it broke"), "it broke."),
        (PipelineError("it broke", "a.txt, line 2"), "a.txt, line 2: it broke."),
        (PipelineError("it broke", todo="Mend it."), "it broke. Mend it."),
        (PipelineError("it broke", "a.txt", "Mend it."), "a.txt: it broke. Mend it."),
    ],
)
def test_an_error_is_one_paragraph(problem, text):
    assert str(problem) == text


def test_exit_codes():
    codes = {kind: kind("x").exit_code for kind in (UsageError, InputError, StageError, CountError, PipelineError)}
    assert codes == {UsageError: 2, InputError: 3, StageError: 4, CountError: 4, PipelineError: 4}


NUMBERS = [
    f"{section.name}.{setting.name}"
    for section in dataclasses.fields(Config)
    for setting in dataclasses.fields(getattr(Config(), section.name))
    if type(getattr(getattr(Config(), section.name), setting.name)) in {int, float}
]


@pytest.mark.parametrize("key", NUMBERS)
def test_every_number_has_a_range(key, tmp_path):
    section, name = key.split(".")
    file = tmp_path / "settings.toml"
    file.write_text(f"[{section}]\n{name} = -1\n")
    with pytest.raises(UsageError, match=rf"{key} = -1.* is out of range"):
        configs.load(file)


def test_not_a_number_is_out_of_range(tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text("[cluster]\nplaced = nan\n")
    with pytest.raises(UsageError, match=r"cluster\.placed = nan is out of range"):
        configs.load(file)


def test_a_model_folder_beside_the_file_is_found(tmp_path):
    (tmp_path / "encoder").mkdir()
    file = tmp_path / "settings.toml"
    file.write_text('[embed]\nmodel = "encoder"\n')
    assert configs.load(file).embed.model == str(tmp_path / "encoder")
