"""The log of decisions: what goes in comes out, in order, for ever; troubles are said in words."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import store
from pipeline.errors import ConflictError, InputError, StageError
from pipeline.records import Act, Entry, SeenRun, SeenTheme
from pipeline.store import log_rows, log_schema

NOW = "2026-11-22T10:41:07+00:00"
ACCEPT = Entry(Act.ACCEPT_THEME, "Ben", "run1", theme="T3")
RUN = SeenRun("run1", "study", (("D1-1-1", "D1", 0, 9), ("D1-1-2", "D1", 10, 20)), (SeenTheme("T1", "x", ("D1-1-1",)),))

_INTS = st.integers(-(2**63), 2**63 - 1)
_WORDS = st.lists(st.text()).map(tuple)
ENTRIES = st.builds(
    Entry,
    act=st.sampled_from(Act),
    coder=st.text(),
    run=st.text(),
    theme=st.text(),
    utterance=st.text(),
    document=st.text(),
    start=_INTS,
    end=_INTS,
    code=st.text(),
    text=st.text(),
    members=_WORDS,
    details=st.lists(st.tuples(st.text(), st.text())).map(tuple),
    shown=_WORDS,
    seconds=st.none() | st.floats(allow_nan=False),
    undoes=_INTS,
)


def clock() -> str:
    return NOW


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "decisions.sqlite"


@pytest.fixture
def log(path):
    with store.DecisionLog(path, clock) as opened:
        yield opened


def sql(path: Path, *statements: str) -> None:
    """What another program does with the file."""
    with closing(sqlite3.connect(path)) as db, db:
        for statement in statements:
            db.execute(statement)


def entry(coder: str, **fields: object) -> Entry:
    return Entry(Act.MEMO, coder, "run1", **fields)


class TestAppending:
    def test_an_entry_gets_its_number_and_time_and_nothing_else(self, log):
        assert log.last() == 0
        written = log.append(ACCEPT, ("theme:T3",))
        assert written == dataclasses.replace(ACCEPT, number=1, at=NOW)
        assert log.append(ACCEPT).number == 2
        assert log.last() == 2
        assert log.since() == (written, dataclasses.replace(written, number=2))
        assert log.since(1) == log.since()[1:]
        assert log.since(2) == log.since(99) == ()

    def test_a_number_and_a_time_that_were_given_do_not_count(self, log):
        assert log.append(dataclasses.replace(ACCEPT, number=7, at="yesterday")).number == 1
        assert log.since()[0].at == NOW

    @given(st.lists(ENTRIES, min_size=1, max_size=5))
    def test_entries_come_back_the_same(self, tmp_path_factory, entries):
        path = tmp_path_factory.mktemp("log") / "decisions.sqlite"
        with store.DecisionLog(path, clock) as log:
            written = log.append_all([(entry, (entry.theme, "theme:T3", entry.theme)) for entry in entries])
            assert log.since() == written
        assert store.read_log(path) == (written, {})
        assert [dataclasses.replace(entry, number=0, at="") for entry in written] == entries

    def test_several_are_written_all_or_none(self, log):
        log.append_all(((entry("Ann"), ("a",)), (entry("Ben"), ("b",))), seen=0)
        assert [(e.number, e.coder) for e in log.since()] == [(1, "Ann"), (2, "Ben")]
        with pytest.raises(ConflictError):
            log.append_all(((entry("Cem"), ("c",)), (entry("Dee"), ("b",))), seen=1)
        with pytest.raises(InputError):
            log.append_all(((entry("Cem"), ("c",)), (entry("\ud800"), ("d",))))
        assert log.last() == 2
        assert log.append(entry("Eve"), ("c",), seen=1).number == 3
        assert log.append_all(()) == ()

    @pytest.mark.parametrize(
        "wrong", [entry("Ann", text="\udcff"), entry("Ann", members=("\ud83d",)), entry("Ann", undoes=2**63)]
    )
    def test_what_no_file_can_hold_is_refused(self, log, wrong):
        with pytest.raises(InputError, match="nothing was written"):
            log.append(wrong)
        assert log.last() == 0

    def test_a_number_seen_that_no_log_can_reach_is_refused(self, log):
        with pytest.raises(InputError):
            log.append(ACCEPT, ("theme:T3",), seen=10**30)

    def test_a_log_opened_again_goes_on(self, path):
        for number in (1, 2, 3):
            with store.DecisionLog(path, clock) as log:
                assert log.append(ACCEPT).number == number

    def test_it_is_one_file(self, log, path):
        log.append(ACCEPT)
        assert [file.name for file in path.parent.iterdir()] == ["decisions.sqlite"]

    def test_each_field_of_an_entry_has_a_column(self, path):
        store.DecisionLog(path, clock).close()
        assert set(log_rows.COLUMNS) == {field.name for field in dataclasses.fields(Entry)}
        with closing(sqlite3.connect(path)) as db:
            assert {row[1] for row in db.execute("PRAGMA table_info(entries)")} == set(log_rows.COLUMNS)


class TestConflicts:
    def test_somebody_decided_after_the_page_was_made(self, path, log):
        with store.DecisionLog(path, clock) as other:
            log.append(entry("Ann"), ("plan",))
            other.append(ACCEPT, ("theme:T3",), seen=1)
            with pytest.raises(ConflictError) as wrong:
                log.append(Entry(Act.REJECT_THEME, "Ann", "run1", theme="T3"), ("theme:T3",), seen=1)
        assert wrong.value.what == "Ben accepted candidate theme T3 at 10:41 UTC, after this page was opened"
        assert wrong.value.where == "candidate theme T3"
        assert wrong.value.todo.startswith("Nothing was written. Open the page again")
        assert log.last() == 2

    @pytest.mark.parametrize(
        ("subjects", "seen"),
        [
            (("theme:T3",), 2),  # the page knew of it
            (("theme:T4",), 0),  # it is about something else
            ((), 0),
            (("theme:T3",), None),  # nobody asks
        ],
    )
    def test_no_conflict(self, log, subjects, seen):
        log.append(ACCEPT, ("theme:T1",))
        log.append(ACCEPT, ("theme:T3",))
        assert log.append(ACCEPT, subjects, seen).number == 3

    def test_of_several_the_last_is_named(self, log):
        for coder, subject in (("Ann", "theme:T1"), ("Ben", "theme:T2"), ("Cem", "theme:T3")):
            log.append(Entry(Act.ACCEPT_THEME, coder, "run1", theme=subject[-2:]), (subject,))
        with pytest.raises(ConflictError, match="Ben accepted candidate theme T2"):
            log.append(ACCEPT, ("theme:T2", "theme:T1"), seen=0)

    @pytest.mark.parametrize("act", Act)
    @pytest.mark.parametrize("full", [False, True])
    def test_every_act_has_words_and_a_place(self, log, act, full):
        fields = {"theme": "T3", "code": "trust", "text": "t", "members": ("T5",), "utterance": "D1-1"} if full else {}
        log.append(Entry(act, "Ben", "run1", **fields), ("x",))
        with pytest.raises(ConflictError) as wrong:
            log.append(ACCEPT, ("x",), seen=0)
        assert wrong.value.what.startswith("Ben ")
        assert "{" not in str(wrong.value)
        assert wrong.value.where

    @pytest.mark.parametrize(
        ("first", "what", "where"),
        [
            (Entry(Act.MERGE_THEMES, "Ben", "r", "T3", members=("T5", "T6")),
             "Ben merged T5, T6 into candidate theme T3", "candidate theme T3"),
            (Entry(Act.REJECT_CODE, "Ben", "r", utterance="D1-4", document="D1", code="trust"),
             "Ben rejected the code “trust” for utterance D1-4", "utterance D1-4"),
            (Entry(Act.GIVE_CODE, "Ben", "r", document="D1", start=3, end=9, code="trust"),
             "Ben gave a stretch of D1 the code “trust”", "a stretch of D1"),
            (Entry(Act.EDIT_CODE, "Ben", "r", code="{trust}"), "Ben edited the code “{trust}”", "the code “{trust}”"),
            (Entry(Act.MOVE_UTTERANCES, "Ben", "r", members=("u",)), "Ben moved utterances to no candidate theme",
             "no candidate theme"),
            (Entry(Act.PLAN, "", "r"), "Somebody set how the team works", "how the team works"),
        ],
    )  # fmt: skip
    def test_words(self, log, first, what, where):
        log.append(first, ("x",))
        with pytest.raises(ConflictError) as wrong:
            log.append(ACCEPT, ("x",), seen=0)
        assert wrong.value.what == f"{what} at 10:41 UTC, after this page was opened"
        assert wrong.value.where == where

    def test_another_day_is_said(self, path, log):
        log.append(ACCEPT, ("x",))
        with (
            store.DecisionLog(path, lambda: "2026-11-23T08:00:00+00:00") as later,
            pytest.raises(ConflictError, match="T3 on 2026-11-22 at 10:41 UTC, after"),
        ):
            later.append(ACCEPT, ("x",), seen=0)


class TestRuns:
    def test_a_run_is_remembered_once(self, log, path):
        other = dataclasses.replace(RUN, id="run2", name="söme", themes=())
        assert log.runs() == {}
        log.remember(RUN)
        log.remember(other)
        log.remember(dataclasses.replace(RUN, name="changed"))
        assert log.runs() == {"run1": RUN, "run2": other}
        assert store.read_log(path) == ((), {"run1": RUN, "run2": other})


class TestAppendOnly:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE entries SET coder = 'Eve'",
            "UPDATE entries SET number = 5 WHERE number = 2",
            "DELETE FROM entries WHERE number = 2",
            "DELETE FROM entries",
            "REPLACE INTO entries SELECT * FROM entries WHERE number = 2",
            """INSERT INTO entries SELECT 4, at, coder, run, act, theme, utterance, document, "start", "end", code,
                text, members, details, shown, seconds, undoes FROM entries WHERE number = 2""",
            "UPDATE subjects SET subject = 'theme:T9'",
            "DELETE FROM subjects",
            "UPDATE runs SET name = 'x'",
            "DELETE FROM runs",
            "REPLACE INTO runs VALUES ('run1', 'x', '[]', '[]')",
        ],
    )  # fmt: skip
    def test_the_file_itself_refuses(self, log, path, statement):
        log.remember(RUN)
        log.append_all([(ACCEPT, ("theme:T3",)), (ACCEPT, ())])
        before = store.read_log(path)
        with pytest.raises(sqlite3.IntegrityError, match=r"append-only|no gaps"):
            sql(path, statement)
        assert store.read_log(path) == before


class TestOpening:
    @pytest.mark.parametrize("opener", [lambda path: store.DecisionLog(path, clock), store.read_log])
    @pytest.mark.parametrize(
        ("content", "fact"),
        [
            (b"This is no database at all, but it is long enough to look at. " * 20, "this is not a log of decisions"),
            (None, "this is not a log of decisions"),
        ],
    )
    def test_another_file_is_refused_and_left_as_it_is(self, path, opener, content, fact):
        if content is None:
            sql(path, "CREATE TABLE vectors (a)", "PRAGMA user_version = 1")
        else:
            path.write_bytes(content)
        before = path.read_bytes()
        with pytest.raises(InputError, match=fact) as wrong:
            opener(path)
        assert wrong.value.where == str(path)
        assert path.read_bytes() == before

    @pytest.mark.parametrize("opener", [lambda path: store.DecisionLog(path, clock), store.read_log])
    def test_a_log_of_a_newer_version_is_refused(self, path, opener):
        store.DecisionLog(path, clock).close()
        sql(path, "PRAGMA user_version = 99")
        before = path.read_bytes()
        with pytest.raises(InputError, match=r"newer version of this program \(its format is 99\)"):
            opener(path)
        assert path.read_bytes() == before

    @pytest.mark.parametrize("opener", [lambda path: store.DecisionLog(path, clock), store.read_log])
    @pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
    def test_a_damaged_log_is_refused(self, path, opener, part):
        with store.DecisionLog(path, clock) as log:
            log.append_all([(entry("Ann", text="word " * 200), (f"a{i}",)) for i in range(100)])
        data = bytearray(path.read_bytes())
        start = int(len(data) * part) // 4096 * 4096
        data[start : start + 4096] = b"\xa5" * 4096
        path.write_bytes(data)
        with pytest.raises(InputError, match="damaged") as wrong:
            opener(path)
        assert "last copy" in wrong.value.todo

    def test_a_log_that_was_cut_off_is_refused(self, path):
        with store.DecisionLog(path, clock) as log:
            log.append_all([(entry("Ann", text="word " * 200), ()) for _ in range(100)])
        path.write_bytes(path.read_bytes()[:40_000])
        with pytest.raises(InputError, match="damaged"):
            store.read_log(path)

    def test_an_act_of_a_later_version_is_named(self, log, path):
        log.append(ACCEPT)
        sql(
            path,
            """INSERT INTO entries SELECT 2, at, coder, run, 'dream', theme, utterance, document, "start", "end", code,
                text, members, details, shown, seconds, undoes FROM entries""",
        )
        for reading in (log.since, lambda: store.read_log(path)):
            with pytest.raises(InputError, match="entry 2 in the log of decisions is unknown to this version"):
                reading()

    def test_migrations_are_done_once_and_keep_everything(self, path, monkeypatch):
        with store.DecisionLog(path, clock) as log:
            log.append(ACCEPT, ("theme:T3",))
        more = (("CREATE TABLE more (a)",), ("INSERT INTO more VALUES (1)", "INSERT INTO more VALUES (2)"))
        monkeypatch.setattr(log_schema, "MIGRATIONS", (*log_schema.MIGRATIONS, *more))
        for number in (2, 3):
            with store.DecisionLog(path, clock) as log:
                assert log.append(ACCEPT).number == number
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("SELECT a FROM more").fetchall() == [(1,), (2,)]
            assert db.execute("PRAGMA user_version").fetchone() == (3,)

    def test_a_migration_that_fails_leaves_the_log_as_it_was(self, path, monkeypatch):
        with store.DecisionLog(path, clock) as log:
            log.append(ACCEPT)
        broken = (*log_schema.MIGRATIONS, ("CREATE TABLE more (a)", "INSERT INTO nowhere VALUES (1)"))
        with monkeypatch.context() as patch:
            patch.setattr(log_schema, "MIGRATIONS", broken)
            with pytest.raises(StageError, match="nowhere"):
                store.DecisionLog(path, clock)
        with store.DecisionLog(path, clock) as log:
            assert log.append(ACCEPT).number == 2

    def test_an_empty_file_becomes_a_log(self, path):
        path.touch()
        with store.DecisionLog(path, clock) as log:
            assert log.append(ACCEPT).number == 1

    def test_reading_makes_no_file(self, path):
        with pytest.raises(InputError, match="there is no log of decisions"):
            store.read_log(path)
        assert list(path.parent.iterdir()) == []

    def test_reading_a_folder(self, tmp_path):
        with pytest.raises(InputError, match="there is no log of decisions"):
            store.read_log(tmp_path)

    def test_names_that_an_address_would_take_for_more(self, tmp_path):
        path = tmp_path / "50% a?mode=memory#b ü.sqlite"
        with store.DecisionLog(path, clock) as log:
            log.append(ACCEPT)
        assert len(store.read_log(path)[0]) == 1

    def test_a_file_that_may_only_be_read_is_read(self, path):
        with store.DecisionLog(path, clock) as log:
            log.append(ACCEPT)
        before = path.read_bytes()
        path.chmod(0o444)
        path.parent.chmod(0o555)
        try:
            assert len(store.read_log(path)[0]) == 1
        finally:
            path.parent.chmod(0o755)
        assert path.read_bytes() == before
        assert [file.name for file in path.parent.iterdir()] == [path.name]


class TestTroubles:
    def test_a_full_disk_says_so_and_the_log_goes_on_when_there_is_space(self, log):
        log.append(ACCEPT)
        log._db.execute("PRAGMA max_page_count = 1")  # no more than there are
        with pytest.raises(StageError, match="the disk is full; nothing was written") as wrong:
            log.append_all([(entry("Ann", text="word " * 9999), ())] * 3)
        assert "Free some space" in wrong.value.todo
        assert log.last() == 1
        log._db.execute("PRAGMA max_page_count = 100000")
        assert log.append(ACCEPT).number == 2

    def test_a_log_that_another_program_holds_says_so(self, path, monkeypatch):
        monkeypatch.setattr(log_schema, "_PATIENCE", 0.05)
        with store.DecisionLog(path, clock) as log, closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StageError, match="another program is using the log of decisions"):
                log.append(ACCEPT)
            assert log.last() == 0
            other.execute("COMMIT")
            assert log.append(ACCEPT).number == 1

    def test_a_log_that_may_only_be_read_says_so(self, log):
        log._db.execute("PRAGMA query_only = 1")
        with pytest.raises(StageError, match="can only be read, not written"):
            log.append(ACCEPT)

    def test_a_folder_that_is_not_there(self, tmp_path):
        with pytest.raises(StageError, match="cannot be opened"):
            store.DecisionLog(tmp_path / "nowhere" / "decisions.sqlite", clock)

    @pytest.mark.parametrize("replaced", [False, True])
    def test_a_log_that_was_taken_away_is_not_written_to(self, log, path, replaced):
        log.append(ACCEPT)
        copy = path.with_name("copy")
        copy.write_bytes(path.read_bytes())
        path.unlink()
        if replaced:
            copy.rename(path)
        with pytest.raises(StageError, match="moved, deleted or replaced while it was open; nothing was written"):
            log.append(ACCEPT)


class TestCsv:
    def test_all_entries_with_nothing_left_out(self):
        entries = (
            Entry(Act.GIVE_CODE, "Ann", "run1", "T1", "D1-1", "D1", 0, 9, "trust", "=1+1", number=1, at=NOW),
            Entry(Act.PLAN, "Ben", "run1", text='two\nlines, "quoted"', members=("a;b", "ü"),
                  details=(("blind", "yes"),), shown=("x",), seconds=2.5, number=2, at=NOW),
            Entry(Act.UNDO, "Ben", "run1", undoes=2, number=3, at=NOW),
        )  # fmt: skip
        data = store.log_csv(entries)
        assert data.startswith(b"number,at,coder,run,act,theme,utterance,document,start,end,code,text,members,")
        assert b"\r" not in data
        rows = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
        assert list(rows[0]) == list(log_rows.COLUMNS)
        assert [row["act"] for row in rows] == ["give code", "plan", "undo"]
        assert {name: value for name, value in rows[0].items() if value} == {
            "number": "1", "at": NOW, "coder": "Ann", "run": "run1", "act": "give code", "theme": "T1",
            "utterance": "D1-1", "document": "D1", "start": "0", "end": "9", "code": "trust", "text": "=1+1",
        }  # fmt: skip
        assert rows[1]["text"] == 'two\nlines, "quoted"'
        assert json.loads(rows[1]["members"]) == ["a;b", "ü"]
        assert json.loads(rows[1]["details"]) == [["blind", "yes"]]
        assert (rows[1]["seconds"], rows[1]["start"], rows[1]["undoes"]) == ("2.5", "", "")
        assert rows[2]["undoes"] == "2"

    def test_an_empty_log_is_a_head(self):
        assert store.log_csv(()).decode() == ",".join(log_rows.COLUMNS) + "\n"
