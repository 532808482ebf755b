"""Utterances x codes as 0 and 1, for statistics: CSV for any program, and files that R and SPSS read with labels."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np

from pipeline.config import ExchangeConfig
from pipeline.exchange import told
from pipeline.exchange.sheets import Row, csv_bytes, like_formula
from pipeline.exchange.tables.branches import branches, written_path
from pipeline.exchange.talk import many
from pipeline.exchange.texts import free_name
from pipeline.exchange.verdicts import verdicts
from pipeline.records import Decision, Result

_FIRST = ("utterance_id", "document", "site", "speaker")
_MOST = 32
"""Characters of a variable's name; SPSS allows 64 bytes, Stata 32."""
_LABEL, _LABEL_BYTES = 120, 250
"""Characters of a label that SPSS shows; the file holds 256 bytes of it."""
_STRANGE = re.compile(r"[^a-z0-9]+")
_BREAKS = re.compile(r"[\r\n\t\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")


def matrix_files(result: Result, decisions: Sequence[Decision], config: ExchangeConfig) -> dict[str, bytes]:
    """matrix.csv (any coder), matrix_by_coder.csv, matrix_worked.csv, and matrix_r.csv with scripts for R and SPSS.

    1: a person put the code on the utterance; 0: somebody worked on its document and nobody put it there; empty:
    nobody worked on the document, so that nothing is known.  The figures are those of the comparison: see CodingTable.
    """
    guard = config.guard_formulas
    codes, variables = result.table.codes, _variables(result.table.codes)
    rows = tuple(_rows(result))
    one_line = tuple((*(_line(str(cell)) for cell in row[:4]), *row[4:]) for row in rows)
    heads: list[str] = list(_FIRST)
    for code in codes:
        heads.append(free_name(code, heads))
    paths = {name: written_path(branch.path) for name, branch in branches(result, verdicts(decisions)).codes.items()}
    mapping = [(v, code, paths.get(code, code)) for v, code in zip(variables, codes, strict=True)]
    return {
        "matrix.csv": csv_bytes(heads, rows, guard=guard),
        "matrix_by_coder.csv": csv_bytes(("utterance_id", "coder", "code"), _by_coder(result), guard=guard),
        "matrix_worked.csv": csv_bytes(("coder", "document"), _worked(result), guard=guard),
        "matrix_variables.csv": csv_bytes(("variable", "code", "path"), mapping, guard=guard),
        "matrix_r.csv": csv_bytes((*_FIRST, *variables), one_line, guard=guard),
        "matrix.R": _r_script(variables, codes).encode(),
        "matrix.sps": _spss_script(variables, codes, one_line).encode("utf-8", "replace"),
    }


def matrix_losses(result: Result, decisions: Sequence[Decision]) -> tuple[str, ...]:
    """What the tables leave out."""
    return (*_codings(result), *_decisions(result, decisions), *_cut(result.table.codes), *_rest(result, decisions))


def _rows(result: Result) -> Iterator[Row]:
    known, marked = result.table.looked_at, result.table.by_anyone
    for i, u in enumerate(result.utterances):
        values = marked[i].astype(int).tolist() if known[i] else [None] * len(result.table.codes)
        yield (u.id, u.document, u.site, u.speaker, *values)


def _by_coder(result: Result) -> Iterator[Row]:
    """A row for each code that somebody put on an utterance, in the order of the utterances."""
    table = result.table
    for i, c, j in np.argwhere(table.values.transpose(1, 0, 2)).tolist():
        yield (result.utterances[i].id, table.coders[c], table.codes[j])


def _worked(result: Result) -> Iterator[Row]:
    """Documents that each coder worked on: elsewhere a missing row of matrix_by_coder.csv says nothing."""
    for c, coder in enumerate(result.table.coders):
        found = (u.document for u, did in zip(result.utterances, result.table.worked[c], strict=True) if did)
        yield from ((coder, document) for document in dict.fromkeys(found))


def _variables(codes: Sequence[str]) -> tuple[str, ...]:
    """Names for R and SPSS: a number that keeps them apart, then what ASCII has of the code's name."""
    digits = max(3, len(str(len(codes))))
    names = []
    for number, code in enumerate(codes, start=1):
        bare = unicodedata.normalize("NFKD", code).encode("ascii", "ignore").decode().lower()
        words = _STRANGE.sub("_", bare).strip("_")
        names.append(f"c{number:0{digits}}_{words}"[:_MOST].rstrip("_"))
    return tuple(names)


def _line(text: str) -> str:
    """The text on one line: SPSS takes each line for a case."""
    return _BREAKS.sub(" ", text)


def _r_script(variables: Sequence[str], codes: Sequence[str]) -> str:
    kinds = "".join(f',\n  {name} = "integer"' for name in variables)
    labels = "".join(
        f'attr(matrix${v}, "label") <- {_r_text(code)}\n' for v, code in zip(variables, codes, strict=True)
    )
    return (
        "# Utterances by codes: 1 coded by somebody, 0 not, NA where nobody worked on the document.\n"
        "# Run it in the folder of matrix_r.csv; the table is called matrix.\n"
        'matrix <- read.csv("matrix_r.csv", fileEncoding = "UTF-8", na.strings = "", check.names = FALSE,\n'
        '                   colClasses = c(\n  utterance_id = "character",\n  document = "character",\n'
        f'  site = "character",\n  speaker = "character"{kinds}))\n{labels}'
    )


def _r_text(text: str) -> str:
    """A string of R in ASCII, so that it does not matter in which encoding the script is read."""
    shown = ""
    for letter in text:
        number = ord(letter)
        if letter in '"\\':
            shown += f"\\{letter}"
        elif 32 <= number < 127:
            shown += letter
        else:
            shown += f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
    return f'"{shown}"'


def _spss_script(variables: Sequence[str], codes: Sequence[str], rows: Sequence[Row]) -> str:
    """Syntax for SPSS in Unicode mode, where the width of a text counts bytes."""
    sizes = [max((len(str(row[k]).encode("utf-8", "replace")) for row in rows), default=1) for k in range(len(_FIRST))]
    # one line: PSPP, the free twin of SPSS, takes a line that begins with `document` for its command of that name
    texts = " ".join(f"{name} A{max(1, size)}" for name, size in zip(_FIRST, sizes, strict=True))
    figures = "".join(f"\n    {name} F1.0" for name in variables)
    labels = "".join(f"\n  {v} {_spss_text(code)}" for v, code in zip(variables, codes, strict=True))
    names = "".join(f"\n    {name}" for name in variables)
    labelled = (
        f"VARIABLE LABELS{labels}.\nVALUE LABELS{names}\n  0 'not coded'\n  1 'coded'.\n"
        f"VARIABLE LEVEL{names} (NOMINAL).\n"
        if variables
        else ""
    )
    return (
        "* Encoding: UTF-8.\n"
        "* Utterances by codes: 1 coded by somebody, 0 not, missing where nobody worked on the document.\n"
        "* Write the full path of matrix_r.csv if SPSS does not find it.\n"
        "GET DATA\n  /TYPE=TXT\n  /FILE='matrix_r.csv'\n  /ENCODING='UTF8'\n  /DELCASE=LINE\n  /DELIMITERS=\",\"\n"
        "  /QUALIFIER='\"'\n  /ARRANGEMENT=DELIMITED\n  /FIRSTCASE=2\n"
        f"  /VARIABLES=\n    {texts}{figures}.\nDATASET NAME matrix.\n{labelled}EXECUTE.\n"
    )


def _spss_text(text: str) -> str:
    return "'" + _label(text).replace("'", "''") + "'"


def _label(text: str) -> str:
    """What SPSS keeps of a label, on one line."""
    return _line(text)[:_LABEL].encode("utf-8", "replace")[:_LABEL_BYTES].decode("utf-8", "ignore")


def _codings(result: Result) -> Iterator[str]:
    table = result.table
    n = len(result.codings.items)
    if n:
        yield f"Exact positions and dates of {many(n, 'coding')}: what counts is whether a coding touches an utterance."
    if table.unplaced:
        yield f"{many(len(table.unplaced), 'coding')} that touch no utterance (interviewer talk, headings, fillers)."
    n_open = int((~table.looked_at).sum())
    if n_open:
        yield f"Of {many(n_open, 'utterance')} nothing is known, since nobody worked on the document: cells are empty."
    yield from told.codings(result.codings, result.corpus.documents)


def _decisions(result: Result, decisions: Sequence[Decision]) -> Iterator[str]:
    said = verdicts(decisions)
    if said.codes:
        yield (
            f"{many(len(said.codes), 'suggested code')} that analysts accepted: the figures are those of the "
            "comparison, which counts what people coded themselves."
        )
    if said.accepted:
        yield f"{many(len(said.accepted), 'candidate theme')} that analysts accepted as codes: nobody coded with them."
    yield from told.decisions(result, decisions, said)


def _cut(codes: Sequence[str]) -> Iterator[str]:
    cut = [code for code in codes if _label(code) != code]
    if cut:
        yield f"The end, or line breaks, of names that SPSS cannot keep as a label: {told.listed(cut)}."


def _rest(result: Result, decisions: Sequence[Decision]) -> Iterator[str]:
    unused = [code.name for code in result.codebook.codes if code.name not in set(result.table.codes)]
    if unused:
        yield f"{many(len(unused), 'code')} without a column: {told.listed(unused)}."
    if result.themes:
        told_of = many(len(result.themes), "candidate theme")
        yield f"{told_of}, and which utterances the machine placed there."
    if result.utterances:
        yield f"The words of {many(len(result.utterances), 'utterance')}."
    if any(code.definition or code.include or code.exclude for code in result.codebook.codes):
        yield "Definitions of codes."
    yield from told.report(result, verdicts(decisions))
    yield from told.memos(result)
    yield from told.talk(result, speakers=True)
    texts = [text for u in result.utterances for text in (u.id, u.document, u.site, u.speaker)]
    n_like = sum(map(like_formula, (*texts, *result.table.codes, *result.table.coders)))
    if n_like:
        yield (
            f"Beginnings of {many(n_like, 'text')} in the CSV files that look like a formula: with "
            "exchange.guard_formulas there is an apostrophe in front, without it a spreadsheet may take the text for a "
            "formula."
        )
