"""models.toml: nothing is loaded whose sha256 is not written there."""

from __future__ import annotations

import dataclasses
import hashlib
import json

import numpy as np
import pytest

from pipeline import embed
from pipeline.embed.registry import default_registry, file_sha256
from pipeline.errors import InputError, StageError, UsageError

WEIGHTS = b"these are weights"


def entry_of(name, source, weights=WEIGHTS, file="model.safetensors"):
    sha256 = hashlib.sha256(weights).hexdigest()
    return f'["{name}"]\nsource = "{source}"\nfile = "{file}"\nsha256 = "{sha256}"\ndims = 4\nlicence = "Apache-2.0"\n'


@pytest.fixture
def model(tmp_path):
    """A folder that looks like an encoder, with a models.toml beside it that lists it as `tiny`."""
    folder = tmp_path / "tiny model"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(WEIGHTS)
    (tmp_path / "models.toml").write_text(entry_of("tiny", "tiny model"))
    return folder


def registry(folder):
    return embed.read_registry(folder.parent / "models.toml")


def test_a_listed_model_is_found_beside_its_list(model, monkeypatch, tmp_path_factory):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    entry, folder = embed.find_model("tiny", registry(model))
    assert folder == model
    assert (entry.name, entry.file, entry.dims, entry.licence) == ("tiny", "model.safetensors", 4, "Apache-2.0")
    assert entry.sha256 == hashlib.sha256(WEIGHTS).hexdigest()


def test_an_absolute_source_stays_as_it_is(model):
    (model.parent / "models.toml").write_text(entry_of("tiny", model.as_posix()))
    assert embed.find_model("tiny", registry(model))[1] == model


def test_a_folder_with_listed_weights_is_taken_by_its_path(model):
    entry, folder = embed.find_model(str(model), registry(model))
    assert (entry.name, folder) == ("tiny", model)


def test_weights_that_changed_are_refused(model):
    (model / "model.safetensors").write_bytes(WEIGHTS + b"!")
    with pytest.raises(StageError, match=r"weights of tiny have sha256 [0-9a-f]{12}…, not [0-9a-f]{12}…") as refused:
        embed.find_model("tiny", registry(model))
    assert refused.value.where == str(model / "model.safetensors")


def test_a_folder_with_unlisted_weights_is_refused_and_says_what_to_add(model):
    (model / "model.safetensors").write_bytes(b"others")
    with pytest.raises(StageError, match="not in the list of models, so they are not loaded") as refused:
        embed.find_model(str(model), registry(model))
    assert hashlib.sha256(b"others").hexdigest() in refused.value.todo
    assert 'file = "model.safetensors"' in refused.value.todo


def test_an_unknown_name_lists_the_known_ones(model):
    with pytest.raises(UsageError, match="'tinny' is not known") as unknown:
        embed.find_model("tinny", registry(model))
    assert "Known names: tiny;" in unknown.value.todo


@pytest.mark.parametrize("gone", ["weights", "folder"])
def test_a_listed_model_without_weights(model, gone):
    (model / "model.safetensors").unlink()
    if gone == "folder":
        model.rmdir()
    with pytest.raises(StageError, match="the weights of tiny are missing"):
        embed.find_model("tiny", registry(model))


def test_a_folder_without_weights(model):
    (model / "model.safetensors").unlink()
    with pytest.raises(StageError, match="no weights found"):
        embed.find_model(str(model), registry(model))


def test_a_package_that_is_not_installed(model):
    (model.parent / "models.toml").write_text(entry_of("tiny", "package:no_such_package_of_ours"))
    with pytest.raises(StageError, match="the package no_such_package_of_ours is not installed"):
        embed.find_model("tiny", registry(model))


@pytest.mark.parametrize("how", ["tiny", "folder"])
def test_a_further_layer_with_weights_of_its_own_is_refused(model, how):
    """Only one file's sha256 is listed; sentence-transformers would load the other one too."""
    layers = [{"path": ""}, {"path": "1_Pooling"}, {"path": "2_Dense"}]
    (model / "modules.json").write_text(json.dumps(layers))
    assert embed.weights_file(model) == model / "model.safetensors"
    (model / "2_Dense").mkdir()
    (model / "2_Dense" / "pytorch_model.bin").write_bytes(b"unchecked")
    with pytest.raises(StageError, match="more than one file of weights would be loaded"):
        embed.find_model("tiny" if how == "tiny" else str(model), registry(model))


def test_checking_another_file_than_the_one_loaded_is_refused(model):
    (model / "pytorch_model.bin").write_bytes(b"checked")
    (model.parent / "models.toml").write_text(entry_of("tiny", "tiny model", b"checked", "pytorch_model.bin"))
    with pytest.raises(StageError, match=r"pytorch_model\.bin is not the file that would be loaded"):
        embed.find_model("tiny", registry(model))


@pytest.mark.parametrize("layers", ["not json", '{"path": ""}', '[{"idx": 0}]', "[1]"])
def test_a_list_of_layers_that_cannot_be_read(model, layers):
    (model / "modules.json").write_text(layers)
    with pytest.raises(StageError, match="the list of layers cannot be read"):
        embed.weights_file(model)


def test_safetensors_come_before_pickles(model):
    (model / "pytorch_model.bin").write_bytes(b"ignored")
    assert embed.weights_file(model).name == "model.safetensors"
    (model / "model.safetensors").unlink()
    assert embed.weights_file(model).name == "pytorch_model.bin"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"[tiny", "the list of models cannot be read"),
        (b"\xff\xfe", "the list of models cannot be read"),
        (b"x = 1", "an entry is not complete"),
        (b'[tiny]\nsource = "a"', "an entry is not complete"),
        (b'[tiny]\nsource="a"\nfile="b"\nsha256="c"\ndims=1\nlicence="d"\nextra=1', "an entry is not complete"),
    ],
)
def test_a_list_of_models_that_is_wrong(tmp_path, content, what):
    path = tmp_path / "models.toml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=what) as wrong:
        embed.read_registry(path)
    assert wrong.value.where == str(path)


def test_a_list_of_models_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="the list of models cannot be read"):
        embed.read_registry(tmp_path / "models.toml")


def test_the_models_that_come_with_the_software_have_licences():
    entries = embed.read_registry()
    assert entries[0].name == "all-MiniLM-L6-v2"
    assert all(entry.licence and len(entry.sha256) == 64 and entry.dims > 0 for entry in entries)
    assert default_registry().name == "models.toml"


def test_sha256_of_a_file(tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    assert file_sha256(tmp_path / "empty") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.fixture(scope="module")
def encoder():
    entry, folder = embed.find_model("all-MiniLM-L6-v2", embed.read_registry())
    return embed.open_encoder(entry, folder, 8)


def _embed(encoder, texts):
    found = {}
    for indices, vectors in encoder.batches(texts):
        found.update(zip([texts[i] for i in indices], vectors, strict=True))
    return found


TEXTS = [
    "I did not dare to ask.",
    "They came every week, and after a while we talked about other things as well.",
    "Yes.",
    "",
    "I did not dare to go.",
    "Nobody had told us when the bus would leave that morning, so we stayed.",
]


@pytest.mark.encoder
class TestTheRealEncoder:
    def test_vectors_are_of_length_one_and_mean_something(self, encoder):
        found = _embed(encoder, TEXTS)
        assert set(found) == set(TEXTS)
        rows = np.stack([found[text] for text in TEXTS])
        assert rows.shape == (6, 384)
        assert rows.dtype == np.float32
        assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(6), abs=1e-5)
        # "did not dare to ask" is nearer to "did not dare to go" than to anything else here.
        assert int(np.argmax(rows[0] @ rows[1:].T)) == 3

    def test_a_vector_depends_on_its_text_alone(self, encoder):
        """Bit for bit, in whatever company and at whatever place in the batch."""
        together = _embed(encoder, TEXTS)
        company = [
            *TEXTS[::-1],
            *(f"I did not dare to {verb}." for verb in "eat sleep call sing write read run".split()),
        ]
        crowd = _embed(encoder, company)
        for text in TEXTS:
            assert together[text].tobytes() == _embed(encoder, [text])[text].tobytes() == crowd[text].tobytes()

    def test_a_wrong_number_of_dimensions_is_an_error(self):
        entry, folder = embed.find_model("all-MiniLM-L6-v2", embed.read_registry())
        wrong = embed.open_encoder(dataclasses.replace(entry, dims=7), folder, 8)
        with pytest.raises(StageError, match=r"the model gives 384 dimensions, models\.toml says 7"):
            next(wrong.batches(["a"]))

    def test_nothing_is_loaded_for_nothing(self, tmp_path):
        entry = embed.read_registry()[0]
        assert list(embed.open_encoder(entry, tmp_path, 8).batches([])) == []
