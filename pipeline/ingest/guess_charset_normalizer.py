"""What charset-normalizer takes a text for; advice only, it calls English cp1252 text cp1250."""

from __future__ import annotations

_SAMPLE = 65_536


def guess(data: bytes) -> str:
    """The encoding that the library would choose for the first 64 KiB, "" if it has no idea."""
    import charset_normalizer

    best = charset_normalizer.from_bytes(data[:_SAMPLE]).best()
    return "" if best is None else best.encoding
