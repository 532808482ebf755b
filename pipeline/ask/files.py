"""Files of other programs for the run on screen, with what was decided in the review."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from pipeline import config as configs
from pipeline import decide, decided, exchange
from pipeline.records import Result, Standing

# The earliest time that a zip file can hold: the same decisions give the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def kinds() -> tuple[tuple[str, str], ...]:
    """What can be saved: (kind, what it is for)."""
    return tuple((name, kind.what) for name, kind in exchange.KINDS.items())


def saved(result: Result, standing: Standing, kind: str) -> tuple[str, bytes]:
    """The name and the bytes of one file: the kind's own, or a zip if it has several; what is lost lies in it."""
    after = decided.after(result, standing)
    words = decide.decisions(standing)
    config = configs.from_json(result.manifest.config).exchange
    files = exchange.KINDS[kind].files(after, words, config)
    if len(files) == 1:
        return next(iter(files.items()))
    lost = "".join(f"- {loss}\n" for loss in exchange.KINDS[kind].losses(after, words)) or "Nothing is lost.\n"
    return f"{kind}.zip", _zipped({**files, f"losses-{kind}.txt": lost.encode()})


def losses(result: Result, standing: Standing, kind: str) -> tuple[str, ...]:
    """What a kind of file cannot carry, a sentence each."""
    return exchange.KINDS[kind].losses(decided.after(result, standing), decide.decisions(standing))


def _zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
