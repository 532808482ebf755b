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
        (b"{\\rtf1 I: yes}", "RTF"),
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
