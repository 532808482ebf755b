"""From a result to what people read: report.html, report.xlsx, coreq.md, the CSV tables and the seven lines."""

from pipeline.report.cells import Table, csv_text
from pipeline.report.coreq import coreq
from pipeline.report.lines import Line, seven_lines
from pipeline.report.page import html
from pipeline.report.tables import tables
from pipeline.report.write_xlsxwriter import workbook

__all__ = ["Line", "Table", "coreq", "csv_text", "html", "seven_lines", "tables", "workbook"]
