from __future__ import annotations

import pytest

from pipeline.errors import InputError, UsageError

TALK = "I: Wie war es?\n\nÄnne: Schön – sehr schön.\n\nI: Und dann?\n\nÄnne: Wir gingen."


@pytest.mark.parametrize(
    ("data", "encoding", "told"),
    [
        (TALK.encode(), "utf-8", False),
        (b"\xef\xbb\xbf" + TALK.encode(), "utf-8", False),
        (TALK.encode("utf-16"), "utf-16", True),
        (TALK.encode("utf-16-le"), "utf-16-le", True),
        (TALK.encode("utf-16-be"), "utf-16-be", True),
        (TALK.encode("cp1252"), "cp1252", True),
        (TALK.replace("\n", "\r\n").encode(), "utf-8", False),
        (TALK.replace("\n", "\r").encode(), "utf-8", False),
    ],
)
def test_the_same_text_in_every_encoding(study, data: bytes, encoding: str, told: bool) -> None:
    corpus = study({"a.txt": data})
    assert corpus.documents[0].text == TALK
    assert corpus.documents[0].encoding == encoding
    assert any("not UTF-8" in p.what and encoding in p.what for p in corpus.problems) is told


def test_the_configured_encoding_is_used_where_utf8_does_not_fit(study) -> None:
    assert study({"a.txt": TALK.replace("–", "-").encode("mac-roman")}, encoding="mac-roman").documents[0].text == (
        TALK.replace("–", "-")
    )
    with pytest.raises(UsageError, match="klingon"):
        study({"a.txt": TALK.encode("cp1252")}, encoding="klingon")


def test_bytes_outside_cp1252_are_refused(study) -> None:
    with pytest.raises(InputError, match="cannot be read as cp1252: byte 5"):
        study({"a.txt": b"I: gr\x81n und sch\x94n"})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"I: yes\nAnn: o\x00k, that was all there is to say about it.", "NUL byte at offset 13"),
        (bytes(range(32)) * 20, "not a text file"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"PK\x03\x04....", "zip archive"),
    ],
)
def test_what_is_no_text_is_refused_by_name(study, data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        study({"odd.txt": data})
    assert "odd.txt" in str(caught.value)


def test_the_line_of_a_nul_byte_is_named(study) -> None:
    with pytest.raises(InputError, match=r"odd\.txt, line 2"):
        study({"odd.txt": b"I: yes\nAnn: o\x00k, that was all there is to say about it."})


def test_broken_letters_are_told(study) -> None:
    corpus = study({"a.txt": "I: ja?\n\nB: schÃ¶n, donâ€™t\n\nI: so?\n\nB: nein"})
    assert [(p.where, p.what) for p in corpus.problems] == [
        ("a.txt, line 3", "letters look broken by a wrong encoding, such as 'Ã¶' (2 in all)")
    ]


def test_portuguese_and_currency_are_not_broken_letters(study) -> None:
    assert study({"a.txt": "I: São?\n\nB: MANHÃ, IRMÃO, â, 5 €\n\nI: so?\n\nB: n"}).problems == ()


def test_letters_lost_before_saving_are_told(study) -> None:
    assert "1 letters were already lost" in study({"a.txt": "I: sch\ufffdn\n\nB: ja"}).problems[0].what


LEGACY = [
    ("cp1250", "I: Jak to było?\n\nŁucja: Źle, ale dziś już lepiej.\n\nI: Tak?\n\nŁucja: Tak."),
    ("iso-8859-15", "I: Combien ?\n\nZoé: 5 € et un œuf.\n\nI: Oui ?\n\nZoé: Oui."),
    ("mac-roman", "I: Wie war es?\n\nJörg: Schön, äußerst schön.\n\nI: So?\n\nJörg: Ja."),
    ("cp850", "I: Wie war es?\n\nJörg: Schön, äußerst schön.\n\nI: So?\n\nJörg: Ja."),
    ("cp1255", "I: מה שלומך?\n\nR1: בסדר גמור היום.\n\nI: טוב?\n\nR1: כן."),
    ("cp1251", "I: Как дела?\n\nR1: Сегодня хорошо.\n\nI: Да?\n\nR1: Да."),
    ("koi8-r", "I: Как дела?\n\nR1: Сегодня хорошо.\n\nI: Да?\n\nR1: Да."),
    ("cp1256", "I: كيف حالك؟\n\nR1: بخير اليوم.\n\nI: حقا؟\n\nR1: نعم."),
    ("shift_jis", "I: どうですか。\n\nR1: 今日はいいです。\n\nI: そう。\n\nR1: はい。"),
    ("gb18030", "I: 你好吗？\n\nR1: 今天很好。\n\nI: 是吗？\n\nR1: 是。"),
]


@pytest.mark.parametrize(("encoding", "text"), LEGACY, ids=[name for name, _ in LEGACY])
def test_legacy_code_pages_are_read_when_the_configuration_names_them(study, encoding: str, text: str) -> None:
    corpus = study({"a.txt": text.encode(encoding)}, encoding=encoding, language="")
    assert corpus.documents[0].text == text
    assert corpus.documents[0].encoding == encoding
    assert corpus.problems[0].what == f"the text is not UTF-8; it was read as {encoding}"


@pytest.mark.parametrize("encoding", ["cp1255", "utf-16", "koi8-r"])
def test_what_is_utf8_is_read_so_whatever_the_configuration_says(study, encoding: str) -> None:
    corpus = study({"a.txt": TALK.encode()}, encoding=encoding)
    assert (corpus.documents[0].text, corpus.documents[0].encoding, corpus.problems) == (TALK, "utf-8", ())


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [text for name, text in LEGACY if name in ("cp1255", "cp1251", "cp1256")])
def test_utf16_without_a_mark_is_found_in_other_scripts(study, encoding: str, text: str) -> None:
    corpus = study({"a.txt": text.encode(encoding)}, language="")
    assert (corpus.documents[0].text, corpus.documents[0].encoding) == (text, encoding)


def test_utf32_with_a_mark_is_no_utf16(study) -> None:
    corpus = study({"a.txt": TALK.encode("utf-32")})
    assert (corpus.documents[0].text, corpus.documents[0].encoding) == (TALK, "utf-32")


@pytest.mark.parametrize("encoding", ["rot13", "base64", "idna", "a\0b", "no such"])
def test_an_encoding_that_is_none_is_an_error_of_ours(study, encoding: str) -> None:
    with pytest.raises((UsageError, InputError), match=r"encoding|cannot be read as"):
        study({"a.txt": TALK.encode("cp1252")}, encoding=encoding)


@pytest.mark.parametrize(
    ("good", "codec", "times", "told"),
    [
        ("schön", "cp1252", 1, "broken by a wrong encoding, such as 'Ã¶' (1 in all)"),
        ("Österreich", "cp1252", 1, "broken by a wrong encoding, such as 'Ã–' (1 in all)"),
        ("Ärger", "cp1252", 1, "broken by a wrong encoding, such as 'Ã„' (1 in all)"),
        ("don’t", "cp1252", 1, "broken by a wrong encoding, such as 'â€™' (1 in all)"),
        ("schön", "latin-1", 1, "broken by a wrong encoding, such as 'Ã¶' (1 in all)"),
        ("schön", "mac-roman", 1, "broken by a wrong encoding, such as '√∂' (1 in all)"),
        ("don’t", "mac-roman", 1, "broken by a wrong encoding, such as '‚Äô' (1 in all)"),
        ("schön", "cp1252", 2, "broken twice by wrong encodings, such as 'ÃƒÂ¶'"),
        ("don’t", "cp1252", 2, "broken twice by wrong encodings, such as 'Ã¢â‚¬'"),
    ],
)
def test_letters_broken_once_and_twice_are_told(study, good: str, codec: str, times: int, told: str) -> None:
    word = good
    for _ in range(times):
        word = word.encode().decode(codec)
    corpus = study({"a.txt": f"I: ja?\n\nB: {word} war es\n\nI: so?\n\nB: nein"})
    (problem,) = corpus.problems
    assert problem.where == "a.txt, line 3"
    assert problem.what.startswith(f"letters look {told}")
    assert word in corpus.documents[0].text


@pytest.mark.parametrize(
    "talk", ["“É A MANHÔ, disse", "IRMû…", "IRMÃ…", "a √2 of it", "Ångström", "père à côté", "«Là»", "10 °C, 5 €"]
)
def test_rare_letters_are_not_taken_for_broken_ones(study, talk: str) -> None:
    assert study({"a.txt": f"I: so?\n\nB: {talk}\n\nI: so?\n\nB: no"}).problems == ()
