"""From a result to what people read: report.html, report.xlsx, the CSV tables and the seven lines."""

from pipeline.report.lines import Line, seven_lines
from pipeline.report.page import html
from pipeline.report.tables import Table, csv_text, tables
from pipeline.report.write_xlsxwriter import workbook

__all__ = ["Line", "Table", "csv_text", "html", "seven_lines", "tables", "workbook"]
