"""The language of the talk: told where it is not the encoder's, and never for English with names and marks in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import ingest
from pipeline.config import IngestConfig
from pipeline.ingest import language
from pipeline.ingest.language import english_share

ENGLISH = (
    "I did not know what to say at first, but after some weeks we talked about everything. The nurses were kind and we "
    "could stay in the room, and that is how I understood that I was not alone on the ward. "
)
GERMAN = (
    "Das war für mich ganz neu, und ich wusste nicht, was ich sagen sollte. Die Schwester hat gesagt, dass sie mir "
    "hilft, wenn ich das will. In der Nacht war es ruhig, so wie immer, und dann kam der Arzt. "
)
LUGANDA = (
    "Abantu bangi bajja wano okufuna obujjanjabi naye tebalina ssente. Omusawo yagamba nti tulina okulinda okumala "
    "essaawa bbiri. Nze ndaba nga kino kizibu nnyo eri abantu b'omu kyalo kyaffe era tukyetaaga obuyambi. "
)
FRENCH = (
    "Je ne savais pas quoi dire au début, mais après quelques semaines nous avons parlé de tout. Les infirmières "
    "étaient gentilles et on pouvait rester dans la salle, et j'ai compris que je n'étais pas seul. "
)
DANISH = (
    "Jeg vidste ikke, hvad jeg skulle sige i begyndelsen, men efter nogle uger talte vi om alt. Sygeplejerskerne var "
    "venlige, og vi kunne blive i stuen. Det var godt for mig at have en at tale med. "
)


def talk(*turns: str) -> str:
    return "\n\n".join(f"{'I' if at % 2 == 0 else 'Ann'}: {turn}" for at, turn in enumerate(turns))


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the library was asked about."""
    asked: list[str] = []
    guess = language.guess_language
    monkeypatch.setattr(language, "guess_language", lambda text: asked.append(text) or guess(text))
    return asked


@pytest.mark.parametrize(
    ("text", "code"), [(GERMAN, "de"), (LUGANDA, "lg"), (FRENCH, "fr"), (DANISH, "da")], ids=["de", "lg", "fr", "da"]
)
def test_another_language_is_told_with_its_documents(study, text: str, code: str) -> None:
    corpus = study({"b.txt": talk(text, text), "a.txt": talk(text, text), "c.txt": talk(ENGLISH, ENGLISH)})
    assert [(p.where, p.what) for p in corpus.problems] == [
        ("a, b", f"2 documents seem to be in {code!r}; the encoder reads 'en'")
    ]


def test_a_talk_in_two_languages_is_told_as_partly_foreign(study) -> None:
    half = talk(*[ENGLISH * 4] * 4, *[GERMAN * 4] * 3)
    (problem,) = study({"a.txt": half}).problems
    assert problem.what == "1 document seems to be partly in 'de'; the encoder reads 'en'"


def test_a_sentence_in_another_language_is_nothing(study) -> None:
    assert study({"a.txt": talk(*[ENGLISH * 4] * 6, GERMAN)}).problems == ()


def test_short_talk_says_nothing(study, loads: list[str]) -> None:
    assert study({"a.txt": talk("Wie war es?", "Sehr schön war es dort.", "Und dann?", "Dann nichts.")}).problems == ()
    assert loads == []


def test_english_with_names_and_marks_is_english_and_asks_no_library(study, loads: list[str]) -> None:
    marked = (
        "[PSW] Nakato (laughs) and Ssebunya [inaudible 00:12:03] went to Butabika, the ward of Müller-Lüdenscheidt. "
    )
    corpus = study({"a.txt": talk(*[marked + ENGLISH] * 8)})
    assert corpus.problems == ()
    assert loads == []


def test_labels_and_headers_are_not_judged(study) -> None:
    head = "Datum: 3. Mai\nOrt: Krankenhaus in der Stadt, zweiter Stock, hinter dem Garten, links neben der Küche\n"
    text = head + talk(*[ENGLISH] * 6).replace("Ann:", "Frau Müller von der Station:")
    assert not [p for p in study({"a.txt": text}).problems if "seem" in p.what]


def test_the_language_of_the_configuration_is_the_one_that_is_expected(study) -> None:
    german, english = {"a.txt": talk(GERMAN, GERMAN)}, {"a.txt": talk(ENGLISH, ENGLISH)}
    assert study(german, language="de").problems == ()
    assert study(german, language="").problems == ()
    assert "seems to be in 'en'; the encoder reads 'de'" in study(english, language="de").problems[0].what


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [(ENGLISH, 0.4, 0.8), (GERMAN, 0, 0.1), (LUGANDA, 0, 0.05), (FRENCH, 0, 0.1), (DANISH, 0, 0.2), ("", 0, 0)],
)
def test_the_share_of_english_function_words(text: str, low: float, high: float) -> None:
    assert low <= english_share(text) <= high
    assert english_share(text.upper()) == english_share(text)


def test_a_curly_apostrophe_is_one() -> None:
    assert english_share("don’t don't") == 1


def test_the_library_is_not_loaded_for_english(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(talk(*[ENGLISH] * 20))
    code = (
        "import sys; from pathlib import Path; from pipeline import ingest; from pipeline.config import IngestConfig;"
        f"ingest.read(Path({str(tmp_path)!r}), None, IngestConfig()); print('py3langid' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


_DATA = Path(__file__).parents[3] / "shared" / "data"
_SETS = [
    "pdpilot_interviews/transcripts",
    "dstc11_insurance/turns.csv",
    "mts_dialog/turns.csv",
    "mts_dialog/back_translated_es/turns.csv",
]


@pytest.mark.parametrize("name", _SETS)
def test_real_english_talk_gives_no_false_alarm(name: str, loads: list[str]) -> None:
    if not (_DATA / name).exists():
        pytest.skip(f"the real data set {name} is not here")
    corpus = ingest.read(_DATA / name, None, IngestConfig())
    assert not [p for p in corpus.problems if "seem" in p.what]
    assert loads == []
