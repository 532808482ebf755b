"""Workbooks, CSV files and Word documents: for MAXQDA and ATLAS.ti, for statistics, to compare and to write up."""
