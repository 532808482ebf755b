"""The command line: arguments in, exit code out; no analysis here, nothing heavy is imported before it is needed."""

from __future__ import annotations

import datetime
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline import __version__
from pipeline.config import Config
from pipeline.errors import PipelineError, UsageError

if TYPE_CHECKING:
    from pipeline.stages import Tools

app = typer.Typer(
    name="theme-pipeline",
    help="Candidate themes from interview transcripts, beside your team's own coding. All of it stays on this machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_CONFIG = typer.Option(
    help="Settings (TOML); without it the defaults of configs/default.toml hold.", show_default=False
)
_TRANSCRIPTS = typer.Option(help="Folder of transcripts, or one table or transcript.", show_default=False)
_CODEBOOK = typer.Option(help="Codebook: code, theme, definition.", show_default=False)
_CODINGS = typer.Option(help="Human codings: document, start, end, coder, code.", show_default=False)
_DOCUMENTS = typer.Option(help="Attributes of documents: document, site, ...", show_default=False)
_DECISIONS = typer.Option(help="What analysts decided: decisions.sqlite of the review, or a table.")
_LOG = typer.Option(
    help="Decisions of an earlier run, taken in: decisions.sqlite in that run's folder.", show_default=False
)
_OUT = typer.Option(help="Folder to write; a run there is replaced.", show_default=False)
_PLACES = typer.Option(
    "--config", help="Settings that say where models and cache are; all else is as in the run.", show_default=False
)
_QUIET = typer.Option("--quiet", "-q", help="Print nothing but errors.")
_SKIP = typer.Option("--skip-unreadable", help="Go on without files that cannot be read; the report lists them.")
_JSON = typer.Option("--json", help="Print the result as JSON.")
_FILES = typer.Argument(metavar="FILE...", help="Transcripts, codebooks or codings of any kind.", show_default=False)
_PORT = typer.Option(help="Port on this machine; without it a free one.", min=1024, max=65535, show_default=False)
_RUN = typer.Argument(metavar="RUN", help="Folder of a run, such as runs/demo.")

_INTERRUPTED = 130


class Kind(StrEnum):
    """What `export` can write."""

    QDPX = "qdpx"
    QDC = "qdc"
    XLSX = "xlsx"
    CSV = "csv"
    MAXQDA = "maxqda"
    ATLASTI = "atlasti"
    QUOTES = "quotes"
    MATRIX = "matrix"
    GRID = "grid"
    CODEBOOK = "codebook"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code: 0 fine, 2 wrong usage, 3 bad input, 4 a stage failed, 130 interrupted."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in arguments
    arguments = [argument for argument in arguments if argument != "--debug"]
    try:
        app(arguments, prog_name="theme-pipeline")
    except SystemExit as end:  # typer's way to end: after --help, on wrong usage, when interrupted
        if end.code == _INTERRUPTED:
            print("theme-pipeline: interrupted; nothing was written.", file=sys.stderr)
        return end.code if isinstance(end.code, int) else 0
    except PipelineError as problem:
        if debug:
            raise
        print(f"theme-pipeline: {problem}", file=sys.stderr)
        return problem.exit_code
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        MemoryError,
        OSError,
        RuntimeError,
        TypeError,
        ValueError,
    ) as problem:
        if debug:
            raise
        kind = type(problem).__name__
        print(
            f"theme-pipeline: something unexpected happened ({kind}: {problem}). Add --debug to see where.",
            file=sys.stderr,
        )
        return PipelineError.exit_code
    return 0


@app.callback(invoke_without_command=True)
def options(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Print the version, or go on to the command."""
    del debug  # taken by main, and declared here for --help
    if version:
        print(f"theme-pipeline {__version__}")
        context.exit()


@app.command()
def run(
    config: Annotated[Path | None, _CONFIG] = None,
    transcripts: Annotated[Path | None, _TRANSCRIPTS] = None,
    codebook: Annotated[Path | None, _CODEBOOK] = None,
    codings: Annotated[Path | None, _CODINGS] = None,
    documents: Annotated[Path | None, _DOCUMENTS] = None,
    decisions: Annotated[Path | None, _LOG] = None,
    out: Annotated[Path | None, _OUT] = None,
    skip: Annotated[bool, _SKIP] = False,
    quiet: Annotated[bool, _QUIET] = False,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Analyse a study: from transcripts to a report."""
    from pipeline import run as flow
    from pipeline import terminal
    from pipeline.settings import settings_from

    settings = settings_from(config, transcripts, codebook, codings, documents, out, skip, decisions)
    with terminal.watching(quiet or as_json) as watch, _tools(settings) as tools:
        result, folder = flow.run(settings, tools, watch)
    terminal.closing_words(result, folder, quiet, as_json)


@app.command()
def check(
    files: Annotated[list[Path] | None, _FILES] = None,
    config: Annotated[Path | None, _CONFIG] = None,
    transcripts: Annotated[Path | None, _TRANSCRIPTS] = None,
    codebook: Annotated[Path | None, _CODEBOOK] = None,
    codings: Annotated[Path | None, _CODINGS] = None,
    documents: Annotated[Path | None, _DOCUMENTS] = None,
    skip: Annotated[bool, _SKIP] = False,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Print what was understood of a study's inputs, or of single files with every turn and code. Writes nothing."""
    from pipeline import stages, terminal
    from pipeline.settings import file_settings, settings_from
    from pipeline.watch import Watch

    watch = Watch(time.perf_counter)
    if files:
        if transcripts or codebook or codings or documents:
            raise UsageError(
                "both files and a study were named", "check", "Name files alone, or use the options alone."
            )
        inputs = stages.read_files(files, file_settings(config, skip), watch)
    else:
        settings = settings_from(config, transcripts, codebook, codings, documents, None, skip)
        inputs = stages.read_inputs(settings, watch)
    terminal.show_inputs(inputs, bool(files), as_json)


@app.command()
def assign(
    run_folder: Annotated[Path, _RUN],
    transcripts: Annotated[Path, _TRANSCRIPTS],
    documents: Annotated[Path | None, _DOCUMENTS] = None,
    out: Annotated[Path | None, _OUT] = None,
    config: Annotated[Path | None, _PLACES] = None,
    skip: Annotated[bool, _SKIP] = False,
    quiet: Annotated[bool, _QUIET] = False,
) -> None:
    """Put new transcripts into an existing run's themes and codes, without fitting again."""
    from pipeline import revisit, terminal
    from pipeline.settings import settings_of

    target = out or run_folder.with_name(f"{run_folder.name}-assigned")
    with terminal.watching(quiet) as watch, _tools(settings_of(run_folder, config)) as tools:
        result = revisit.assign(run_folder, transcripts, documents, target, skip, tools, watch)
    if not quiet:
        print("\n".join((*revisit.what_is_new(result), str(target / "utterances.csv"))))


@app.command()
def compare(
    run_folder: Annotated[Path, _RUN],
    codings: Annotated[Path, _CODINGS],
    config: Annotated[Path | None, _PLACES] = None,
    quiet: Annotated[bool, _QUIET] = False,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Score a run against human codings, and coder against coder, without running the rest again."""
    from pipeline import revisit, terminal
    from pipeline.settings import settings_of

    with terminal.watching(quiet or as_json) as watch, _tools(settings_of(run_folder, config)) as tools:
        result, folder = revisit.compare_again(run_folder, codings, watch, tools)
    terminal.closing_words(result, folder, quiet, as_json)


@app.command()
def review(
    run_folder: Annotated[Path, _RUN],
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address, open no browser.")] = False,
    port: Annotated[int | None, _PORT] = None,
    config: Annotated[Path | None, _PLACES] = None,
) -> None:
    """Review a run in this machine's browser; what is decided there is kept in the run's folder. Ctrl+C ends it."""
    from pipeline.review import review as open_review
    from pipeline.settings import settings_of

    settings = settings_of(run_folder, config)
    open_review(run_folder, port or 0, not no_browser, lambda: _tools(settings), lambda line: print(line, flush=True))


@app.command()
def report(run_folder: Annotated[Path, _RUN], quiet: Annotated[bool, _QUIET] = False) -> None:
    """Write the report and the tables of a run again."""
    from pipeline import revisit, terminal

    with terminal.watching(quiet) as watch:
        result, folder = revisit.rewrite_report(run_folder, watch)
    terminal.closing_words(result, folder, quiet, as_json=False)


@app.command()
def export(
    run_folder: Annotated[Path, _RUN],
    to: Annotated[Kind, typer.Option(help="What to write; docs/formats.md has each kind with its files.")],
    out: Annotated[Path | None, typer.Option(help="Folder to write into (default: the run's folder).")] = None,
    decisions: Annotated[Path | None, _DECISIONS] = None,
) -> None:
    """Write a run in a format that other programs read, and beside it what that format cannot carry."""
    from pipeline import revisit

    for path in revisit.export(run_folder, to.value, out or run_folder, decisions):
        print(path)


@app.command()
def benchmark(
    data: Annotated[Path | None, typer.Option(help="Folder of coded sets, one a folder.", show_default=False)] = None,
    out: Annotated[Path | None, typer.Option(help="Markdown file to write.", show_default=False)] = None,
    repeats: Annotated[int, typer.Option(help="Timed runs of each method.", min=1)] = 3,
) -> None:
    """Set the method beside baselines and BERTopic on coded sets: agreement, placed share, time and memory."""
    from pipeline import embed, terminal
    from pipeline.benchmark import benchmark as run_benchmark

    settings = Config()
    _, weights = embed.find_model(settings.embed.model, embed.read_registry())
    with _tools(settings) as tools:
        text = run_benchmark(data, repeats, settings, tools, weights, terminal.remark)
    print(text)
    if out:
        out.write_text(text, encoding="utf-8")


@contextmanager
def _tools(settings: Config) -> Iterator[Tools]:
    """The encoder of the settings (its weights checked, not yet loaded), the cache, the parser, and today's date."""
    from pipeline import embed, segment, store
    from pipeline.stages import Tools

    registry = embed.read_registry(Path(settings.embed.registry) if settings.embed.registry else None)
    entry, folder = embed.find_model(settings.embed.model, registry)
    encoder = embed.open_encoder(entry, folder, settings.embed.batch_size)
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    with store.VectorCache(Path(settings.embed.cache).expanduser(), entry.sha256, entry.dims) as cache:
        yield Tools(segment.open_parser, encoder, cache, today)
