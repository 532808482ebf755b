"""Which file endings transcripts have; content decides where it says more (readers.py)."""

from __future__ import annotations

TEXT = (".txt", ".text", ".md")
WORD = (".docx",)
OPEN_TEXT = (".odt",)
RICH_TEXT = (".rtf",)
CAPTIONS = (".vtt",)
SUBTITLES = (".srt",)
RECOGNISED = (".json",)
ANNOTATED = (".eaf",)
CHAT = (".cha",)
TABLES = (".csv", ".tsv", ".xlsx", ".ods", ".parquet")
PROJECTS = (".qdpx", ".qde")
TRANSCRIPTS = (
    *TEXT, *WORD, *OPEN_TEXT, *RICH_TEXT, *CAPTIONS, *SUBTITLES, *RECOGNISED, *ANNOTATED, *CHAT, *TABLES, *PROJECTS
)  # fmt: skip
