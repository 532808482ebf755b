"""Which column of a foreign table is which of ours: a table of known headings, which the configuration overrides."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.config import IngestConfig
from pipeline.errors import UsageError
from pipeline.ingest.naming import nearest
from pipeline.ingest.tables import fold

COLUMNS = ("document", "speaker", "text", "turn", "start_time", "end_time", "role", "original", "site", "id")


def _listed(*lines: str) -> tuple[str, ...]:
    return tuple(word.strip().casefold() for line in lines for word in line.split(","))


# English and German first; what stands earlier is taken where a table has several.  A heading is compared as `_key`
# gives it, so that ß is ss.  Our own names are looked for before all of these.
_KNOWN: dict[str, tuple[str, ...]] = {
    "document": _listed(
        "document_name, document_id, doc, file, filename, file_name, interview, interview_id, interview_name, session",
        "recording, transcript_id, transcript_name, focus_group, dokument, dokumentname, datei, dateiname, gespräch",
        "aufnahme, archivo, fichier, documento",
    ),
    "speaker": _listed(
        "speakers, speaker_name, speaker_label, speaker_id, who, name, person, participant, participant_name",
        "respondent, interviewee, sprecher, sprecherin, sprecher_in, sprechername, redner, rednerin, wer, teilnehmer",
        "teilnehmerin, teilnehmer_in, befragte, locuteur, hablante",
    ),
    "turn": _listed("turn_number, turn_no, turn_nr, turn_id"),
    "start_time": _listed(
        "start, begin, begin_time, start_at, starts, time_start, time_in, in_time, beginning, timestamp, time_stamp",
        "timecode, time_code, time, start_s, start_sec, start_seconds, start_ms, begin_ms, begin_time_msec",
        "begin_time_hh_mm_ss_ms, begin_time_ss_msec, startzeit, anfang, anfangszeit, beginn, zeitstempel, zeitmarke",
        "zeit, von",
    ),
    "end_time": _listed(
        "end, end_at, ends, time_end, time_out, out_time, stop, stop_time, finish, end_s, end_sec, end_seconds, end_ms",
        "end_time_msec, end_time_hh_mm_ss_ms, end_time_ss_msec, endzeit, ende, bis",
    ),
    "role": _listed("speaker_role, rolle, funktion"),
    "original": _listed(
        "original_text, originals, original_language, original_transcript, original_transcription, source_text",
        "source_language, untranslated, verbatim_original, originaltext, originalsprache, originalfassung",
        "ausgangstext, ausgangssprache, quelltext",
    ),
    "site": _listed("centre, center, study_site, standort, zentrum"),
    "id": _listed("respondent_id, response_id, participant_id, case_id, fallnummer"),
}
_TRANSLATED = _listed(
    "translation, translations, translated, translated_text, text_translated, target_text, übersetzung, übersetzt",
    "übersetzter_text, zieltext",
)
_SAID = _listed(
    "transcript, transcription, utterance, utterances, content, talk, speech, speech_text, spoken_text, words, spoken",
    "verbatim, sentence, segment, caption, response, answer, transkript, transkription, äußerung, aussage, inhalt",
    "redebeitrag, beitrag, wortlaut, gesagt, gesprochenes, antwort",
)
_LANGUAGES: dict[str, str] = {
    word: code
    for code, words in {
        "en": "english, englisch, anglais, inglés, en, eng", "de": "german, deutsch, allemand, de, ger, deu",
        "fr": "french, französisch, français, francais, fr, fra", "es": "spanish, spanisch, español, espanol, es, spa",
        "pt": "portuguese, portugiesisch, português, portugues, pt", "it": "italian, italienisch, italiano, it",
        "nl": "dutch, niederländisch, nederlands, nl", "sw": "swahili, kiswahili, suaheli, sw",
        "lg": "luganda, ganda, lg", "gu": "gujarati, gu", "hi": "hindi, hi", "he": "hebrew, hebräisch, he",
        "ar": "arabic, arabisch, ar", "tr": "turkish, türkisch, türkçe, tr", "ru": "russian, russisch, ru",
        "pl": "polish, polnisch, polski, pl", "zh": "chinese, chinesisch, zh", "ja": "japanese, japanisch, ja",
        "am": "amharic, amharisch, am", "rw": "kinyarwanda, rw", "yo": "yoruba, yo", "ig": "igbo", "ha": "hausa, ha",
        "zu": "zulu, isizulu, zu", "xh": "xhosa, isixhosa, xh", "bn": "bengali, bangla, bn", "ta": "tamil, ta",
        "ur": "urdu, ur", "ne": "nepali, ne", "vi": "vietnamese, vi", "uk": "ukrainian, ukrainisch, uk",
        "ro": "romanian, rumänisch, ro", "sv": "swedish, schwedisch, svenska, sv", "da": "danish, dänisch, dansk, da",
        "fi": "finnish, finnisch, suomi, fi", "el": "greek, griechisch, el",
        "nyn": "runyankole, runyankore", "xog": "lusoga",
    }.items()
    for word in _listed(words)
}  # fmt: skip
_BESIDE_LANGUAGE = frozenset(
    "text original transcript transcription source language version in to translation translated".split()
)
_MILLISECONDS = frozenset({"start_ms", "begin_ms", "begin_time_msec", "end_ms", "end_time_msec"})
_GENERAL = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Found:
    """places: our columns -> position.  unused: headings of ours that nothing reads, as typed; milliseconds: columns
    whose heading says that they are counted so.  passed_over: a translation that is not analysed, "" if there is none.
    doubled: a heading, folded, that stands twice although a column of ours is called so, "" if there is none.
    """

    places: Mapping[str, int]
    unused: tuple[str, ...]
    milliseconds: frozenset[str]
    passed_over: str
    doubled: str


def find_columns(headings: Sequence[str], config: IngestConfig) -> Found:
    """Which of our columns the headings are: first what config.headings says, then our own names, then known words.

    Where a table has both a translation and what was said, the translation is the text and the other the original.
    Raises UsageError if config.headings is not understood.
    """
    folded = [fold(heading) for heading in headings]
    stated = stated_headings(config)
    places = {column: folded.index(heading) for column, heading in stated.items() if heading in folded}
    for column in COLUMNS:
        if column not in places and column in folded and _is_free(folded.index(column), places):
            places[column] = folded.index(column)
    doubled = next((folded[at] for at in places.values() if folded.count(folded[at]) > 1), "")
    keys = [_key(heading) for heading in headings]
    _place_texts(places, keys, config)
    for column, words in _KNOWN.items():
        at = next((keys.index(word) for word in words if word in keys and _is_free(keys.index(word), places)), -1)
        if column not in places and at >= 0:
            places[column] = at
    free = [at for at, heading in enumerate(headings) if heading.strip() and _is_free(at, places)]
    beside = next((headings[at].strip() for at in free if _is_translation(keys[at], config)), "")
    units = frozenset(column for column, at in places.items() if keys[at] in _MILLISECONDS)
    return Found(places, tuple(headings[at].strip() for at in free), units, beside, doubled)


def stated_headings(config: IngestConfig) -> dict[str, str]:
    """config.headings as our column -> folded heading.

    Raises UsageError for an item that is not `column = heading`, an unknown column, or a column that comes twice.
    """
    stated: dict[str, str] = {}
    for item in config.headings:
        column, equals, heading = (part.strip() for part in item.partition("="))
        column = fold(column)
        todo = f"Write `text = Translation`; columns are {', '.join(COLUMNS)}."
        if not equals or not heading:
            raise UsageError(f"{item!r} does not say which column a heading is", "ingest.headings", todo)
        if column not in COLUMNS:
            told = f"there is no column {column!r}{nearest(column, list(COLUMNS))}"
            raise UsageError(told, "ingest.headings", todo)
        if column in stated:
            raise UsageError(f"the column {column!r} is given twice", "ingest.headings", "Keep one of them.")
        stated[column] = fold(heading)
    return stated


def _place_texts(places: dict[str, int], keys: Sequence[str], config: IngestConfig) -> None:
    """What is analysed, and what it was translated from."""
    free = [at for at in range(len(keys)) if _is_free(at, places)]
    translated = [at for at in free if _is_translation(keys[at], config)]
    said = sorted((at for at in free if keys[at] in _SAID), key=lambda at: _SAID.index(keys[at]))
    foreign = [at for at in free if _language(keys[at]) not in ("", config.language)]
    foreign += [at for word in _KNOWN["original"] for at in free if keys[at] == word]
    if "text" not in places and (translated or said):
        places["text"] = translated[0] if translated else said[0]
    if "original" in places:
        return
    rest = foreign + (said if translated else [])
    at = next((at for at in rest if at not in places.values()), -1)
    if at >= 0 and "text" in places:
        places["original"] = at


def _is_translation(key: str, config: IngestConfig) -> bool:
    return key in _TRANSLATED or (bool(config.language) and _language(key) == config.language)


def _language(key: str) -> str:
    """The language that a heading such as `Luganda` or `Original (German)` names, "" if it names none.

    Short forms count only beside another word: `No`, `Is` and `It` head columns of other kinds.
    """
    words = key.split("_")
    named = [word for word in words if word in _LANGUAGES]
    others = [word for word in words if word not in _LANGUAGES]
    if len(named) != 1 or not _BESIDE_LANGUAGE.issuperset(others) or (not others and len(named[0]) < 4):
        return ""
    return _LANGUAGES[named[0]]


def _is_free(at: int, places: Mapping[str, int]) -> bool:
    return at not in places.values()


def _key(heading: str) -> str:
    """A heading as the table of known words writes it: `Translation (English)` is `translation_english`."""
    return _GENERAL.sub("_", heading.casefold()).strip("_")
