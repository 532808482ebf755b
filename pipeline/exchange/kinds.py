"""The kinds of files that can be written for other programs, each with what it cannot carry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pipeline.config import ExchangeConfig
from pipeline.exchange.refi.losses import losses, qdc_losses
from pipeline.exchange.refi.qdc import codebook_qdc
from pipeline.exchange.refi.qdpx import project_qdpx
from pipeline.exchange.tables.atlasti import atlasti_files, atlasti_losses
from pipeline.exchange.tables.codebook_doc import codebook_files, codebook_losses
from pipeline.exchange.tables.grid import grid_files, grid_losses
from pipeline.exchange.tables.matrix import matrix_files, matrix_losses
from pipeline.exchange.tables.maxqda import maxqda_files, maxqda_losses
from pipeline.exchange.tables.quotes import quotes_files, quotes_losses
from pipeline.records import Decision, Result


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of export.

    what: what it is for, in a line.  files: the bytes by file name, the same for the same input.  losses: a sentence
    for each thing of this run that the files leave out or change.
    """

    what: str
    files: Callable[[Result, Sequence[Decision], ExchangeConfig], dict[str, bytes]]
    losses: Callable[[Result, Sequence[Decision]], tuple[str, ...]]


def _project(result: Result, decisions: Sequence[Decision], config: ExchangeConfig) -> dict[str, bytes]:
    del config
    return {"project.qdpx": project_qdpx(result, decisions)}


def _codes(result: Result, decisions: Sequence[Decision], config: ExchangeConfig) -> dict[str, bytes]:
    del config
    return {"codebook.qdc": codebook_qdc(result.codebook, result.themes, decisions)}


def _codes_lost(result: Result, decisions: Sequence[Decision]) -> tuple[str, ...]:
    return qdc_losses(result.codebook, result.themes, decisions)


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "qdpx": Kind("texts, codes and codings as a REFI-QDA project", _project, losses),
        "qdc": Kind("the coding tree as a REFI-QDA codebook", _codes, _codes_lost),
        "maxqda": Kind("codebook and coded segments as MAXQDA's workbooks", maxqda_files, maxqda_losses),
        "atlasti": Kind("codebook and quotations as ATLAS.ti's workbooks", atlasti_files, atlasti_losses),
        "quotes": Kind("quotes by theme, as workbook and document", quotes_files, quotes_losses),
        "matrix": Kind("utterances by codes as 0 and 1, for CSV, R and SPSS", matrix_files, matrix_losses),
        "grid": Kind("documents by themes with a quote in each cell", grid_files, grid_losses),
        "codebook": Kind("the codebook as a document", codebook_files, codebook_losses),
    }
)
