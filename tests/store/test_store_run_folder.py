"""The folder of a run: whole or not there, and the same when it is read back."""

from __future__ import annotations

import dataclasses
import io
import json
import shutil
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from pipeline import config as configs
from pipeline import store
from pipeline.errors import InputError, StageError
from pipeline.records import Estimate
from pipeline.store import manifest as manifests

FILES = {"themes.csv": b"theme_id\nT1\n", "report.html": "<p>“é”</p>".encode()}
ALL = {*FILES, "manifest.json", "state.json", "state.npz", "vectors.npy"}


def names(folder):
    return {path.name for path in folder.iterdir()}


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "runs" / "study"


@pytest.fixture
def saved(result, folder):
    return store.save(result, FILES, folder)


class TestSaveAndLoad:
    def test_a_run_comes_back_the_same(self, result, saved, folder):
        assert saved == folder
        assert names(folder) == ALL
        back = store.load(folder)
        # Saved again it is the same bytes, so nothing was lost or changed on the way.
        again = store.save(back, FILES, folder.parent / "again")
        assert content(again) == content(folder)
        assert back.utterances == result.utterances
        assert back.corpus == result.corpus
        assert back.manifest == result.manifest
        assert np.isnan(back.themes[0].stability)
        assert back.comparison == result.comparison
        assert back.clusters.placement.set_aside == result.clusters.placement.set_aside
        assert np.array_equal(back.table.values, result.table.values)
        assert back.vectors.mixed.tobytes() == result.vectors.mixed.tobytes()
        assert back.vectors.mixed.dtype == np.float32

    def test_a_run_without_suggestions(self, result, folder):
        store.save(dataclasses.replace(result, suggestions=None), {}, folder)
        assert store.load(folder).suggestions is None

    def test_the_files_given_are_written_as_they_are(self, saved):
        assert {name: (saved / name).read_bytes() for name in FILES} == FILES

    def test_vectors_are_the_plain_ones(self, result, saved):
        stored = np.load(saved / "vectors.npy")
        assert stored.dtype == np.float32
        assert np.array_equal(stored, result.vectors.plain)

    def test_arrays_are_stored_without_the_time(self, saved):
        with zipfile.ZipFile(saved / "state.npz") as archive:
            assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}

    def test_nothing_is_left_beside_the_run(self, result, saved):
        store.save(result, FILES, saved)
        assert names(saved.parent) == {"study"}

    @pytest.mark.parametrize(
        ("name", "damage"),
        [
            ("state.json", b"{"),
            ("state.json", b"[]"),
            ("state.json", b'{"corpus": 1}'),
            ("state.json", b"\xff"),
            ("state.npz", b""),
            ("state.npz", b"PK\x03\x04"),
            ("state.npz", b"nonsense"),
            ("manifest.json", b"{"),
            ("manifest.json", b"[]"),
            ("manifest.json", b'"text"'),
            ("manifest.json", b'{"config": {}}'),
        ],
    )
    def test_a_damaged_run_is_an_error_that_says_so(self, saved, name, damage):
        (saved / name).write_bytes(damage)
        with pytest.raises(InputError, match="cannot be read") as wrong:
            store.load(saved)
        assert str(saved) in wrong.value.where

    @pytest.mark.parametrize("name", ["state.json", "state.npz"])
    def test_a_run_with_a_part_missing(self, saved, name):
        (saved / name).unlink()
        with pytest.raises(InputError, match="cannot be read back"):
            store.load(saved)

    def test_an_array_missing(self, saved):
        buffer = io.BytesIO()
        np.savez(buffer, other=np.zeros(1))
        (saved / "state.npz").write_bytes(buffer.getvalue())
        with pytest.raises(InputError, match=r"result\.vectors|result\."):
            store.load(saved)

    def test_a_state_of_another_version(self, saved):
        state = json.loads((saved / "state.json").read_text())
        del state["notes"]
        (saved / "state.json").write_text(json.dumps(state))
        with pytest.raises(InputError, match="It may come from another version"):
            store.load(saved)

    def test_a_folder_that_is_no_run(self, tmp_path):
        with pytest.raises(InputError, match=r"this is not the folder of a run \(no manifest\.json\)"):
            store.load(tmp_path)
        with pytest.raises(InputError, match="this is not the folder of a run"):
            store.read_manifest(tmp_path / "nowhere")


class TestReplacing:
    def test_an_old_run_is_replaced_and_what_people_put_there_stays(self, result, saved):
        (saved / "notes.md").write_text("mine")
        (saved / "decisions").mkdir()
        (saved / "decisions" / "log.csv").write_text("T1,accepted")
        (saved / "decisions" / "last").symlink_to("log.csv")
        (saved / "dangling").symlink_to("nowhere")
        store.save(dataclasses.replace(result, notes=("new",)), {"themes.csv": b"new"}, saved)
        assert store.load(saved).notes == ("new",)
        assert (saved / "themes.csv").read_bytes() == b"new"
        assert (saved / "notes.md").read_text() == "mine"
        assert (saved / "decisions" / "log.csv").read_text() == "T1,accepted"
        assert (saved / "decisions" / "last").is_symlink()
        assert (saved / "dangling").is_symlink()

    @pytest.mark.parametrize("name", ["themes.csv", "state.npz", "manifest.json"])
    def test_a_run_killed_half_way_leaves_nothing_that_looks_whole(self, result, folder, monkeypatch, name):
        _fail_on(monkeypatch, name, KeyboardInterrupt)
        with pytest.raises(KeyboardInterrupt):
            store.save(result, FILES, folder)
        assert names(folder.parent) == set()

    def test_a_full_disk_is_an_error_and_leaves_the_old_run(self, result, saved, monkeypatch):
        before = content(saved)
        _fail_on(monkeypatch, "state.json", OSError(28, "No space left on device"))
        with pytest.raises(StageError, match=r"could not be written \(No space left on device\)"):
            store.save(dataclasses.replace(result, notes=("new",)), FILES, saved)
        assert content(saved) == before
        assert names(saved.parent) == {"study"}

    @pytest.mark.parametrize("problem", [OSError(13, "Permission denied"), KeyboardInterrupt()])
    def test_the_old_run_comes_back_if_the_new_one_cannot_take_its_place(self, result, saved, monkeypatch, problem):
        before, rename = content(saved), Path.rename

        def fail_once(self, target):
            if Path(target) == saved and not self.name.endswith("-old"):
                raise problem
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", fail_once)
        with pytest.raises(StageError if isinstance(problem, OSError) else KeyboardInterrupt):
            store.save(result, {}, saved)
        assert content(saved) == before
        assert names(saved.parent) == {"study"}

    def test_no_place_beside_the_run(self, result, saved, monkeypatch):
        def fail(**_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(tempfile, "mkdtemp", fail)
        with pytest.raises(StageError, match="No space left on device"):
            store.save(result, {}, saved)

    def test_a_link_to_a_run_stays_a_link(self, result, saved, tmp_path):
        link = tmp_path / "latest"
        link.symlink_to(saved)
        assert store.save(dataclasses.replace(result, notes=("new",)), {}, link) == link
        assert link.is_symlink()
        assert store.load(saved).notes == ("new",)

    def test_the_current_folder_can_be_the_run(self, result, saved, monkeypatch):
        monkeypatch.chdir(saved)
        store.save(dataclasses.replace(result, notes=("new",)), {}, Path())
        monkeypatch.chdir(saved.parent)
        assert store.load(saved).notes == ("new",)
        assert names(saved.parent) == {"study"}


def _fail_on(monkeypatch, name, problem):
    write = Path.write_bytes

    def failing(self, data):
        if self.name == name:
            write(self, data[: len(data) // 2])
            raise problem
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", failing)


class TestCheckTarget:
    def test_a_new_place_and_an_old_run_are_fine(self, folder, saved):
        store.check_target(folder.parent / "deep" / "er")
        store.check_target(saved)
        (folder.parent / "empty").mkdir()
        store.check_target(folder.parent / "empty")
        assert names(folder.parent) == {"study", "deep", "empty"}

    def test_a_file(self, tmp_path):
        (tmp_path / "out").write_text("")
        with pytest.raises(InputError, match="the output folder is a file"):
            store.check_target(tmp_path / "out")

    def test_a_folder_with_other_things_in_it(self, result, tmp_path):
        (tmp_path / "thesis.docx").write_text("my only copy")
        with pytest.raises(InputError, match=r"other files \(there is no manifest\.json\), and they would be lost"):
            store.save(result, FILES, tmp_path)
        assert names(tmp_path) == {"thesis.docx"}

    def test_below_a_file(self, tmp_path):
        (tmp_path / "file").write_text("")
        with pytest.raises(InputError, match="the output folder cannot be written"):
            store.check_target(tmp_path / "file" / "out")

    def test_a_place_that_cannot_be_written(self, tmp_path, monkeypatch):
        # Root may write everywhere, so the refusal is played.
        def refuse(**_):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
        with pytest.raises(InputError, match=r"the output folder cannot be written \(Permission denied\)") as refused:
            store.check_target(tmp_path / "out")
        assert "--out" in refused.value.todo


class TestSingleFiles:
    def test_each_is_complete(self, tmp_path):
        assert store.write_files(tmp_path / "new", FILES) == [tmp_path / "new" / name for name in FILES]
        assert content(tmp_path / "new") == FILES

    def test_a_full_disk_leaves_the_old_file(self, tmp_path, monkeypatch):
        store.write_files(tmp_path, {"a.csv": b"old"})
        _fail_on(monkeypatch, ".a.csv.part", OSError(28, "No space left on device"))
        with pytest.raises(StageError, match="No space left on device") as refused:
            store.write_files(tmp_path, {"a.csv": b"something new"})
        assert refused.value.where == str(tmp_path / "a.csv")
        assert content(tmp_path) == {"a.csv": b"old"}

    def test_a_folder_that_is_a_file(self, tmp_path):
        (tmp_path / "file").write_text("")
        with pytest.raises(StageError, match="could not be written"):
            store.write_files(tmp_path / "file", FILES)


class TestManifest:
    def test_comes_back_the_same(self, result, saved):
        assert store.read_manifest(saved) == result.manifest
        assert configs.from_json(store.read_manifest(saved).config) == configs.Config()

    def test_is_for_people_too(self, result):
        text = manifests.to_json(result.manifest)
        data = json.loads(text)
        assert data["config"]["cluster"]["seed"] == 2026
        assert data["study"] == "A study – “quoted”"
        assert "“quoted”" in text
        assert list(data) == sorted(data)
        assert text.endswith("}\n")

    def test_versions_of_what_makes_results(self, monkeypatch):
        found = dict(store.versions())
        assert found["python"].startswith("3.11")
        assert found["umap-learn"].startswith("0.5.")
        assert "missing" not in {found[name] for name in ("numpy", "hdbscan", "spacy", "torch", "scikit-learn")}
        monkeypatch.setattr(manifests, "_RESULT_MAKERS", ("no-such-package-of-ours",))
        assert store.versions()[1:] == (("no-such-package-of-ours", "missing"),)

    def test_comes_back_without_its_other_files(self, saved, tmp_path):
        (tmp_path / "alone").mkdir()
        shutil.copy(saved / "manifest.json", tmp_path / "alone")
        assert store.read_manifest(tmp_path / "alone").name == "study"


def test_json_of_a_record_is_stable_and_readable():
    text = store.json_bytes(Estimate(0.5, float("nan"), None, 3, "“why”")).decode()
    assert json.loads(text) == {"value": 0.5, "low": None, "high": None, "n": 3, "reason": "“why”"}
    assert text.index('"high"') < text.index('"low"') < text.index('"value"')
    assert "“why”" in text


class TestParquet:
    COLUMNS = ("id", "n", "share", "text")
    ROWS = (("A-1", 1, 0.5, "“é” 🙂"), ("A-2", 2, None, ""))

    def test_reads_back(self):
        table = pq.read_table(io.BytesIO(store.parquet_bytes(self.COLUMNS, self.ROWS)))
        assert table.column_names == list(self.COLUMNS)
        assert [str(field.type) for field in table.schema] == ["string", "int64", "double", "string"]
        assert [tuple(row.values()) for row in table.to_pylist()] == list(self.ROWS)

    def test_two_calls_give_the_same_bytes(self):
        assert store.parquet_bytes(self.COLUMNS, self.ROWS) == store.parquet_bytes(self.COLUMNS, self.ROWS)

    def test_no_rows(self):
        table = pq.read_table(io.BytesIO(store.parquet_bytes(self.COLUMNS, ())))
        assert (table.num_rows, table.column_names) == (0, list(self.COLUMNS))
