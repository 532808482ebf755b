"""The command line: arguments in, exit code out; no analysis here, nothing heavy is imported before it is needed."""

from __future__ import annotations

import dataclasses
import datetime
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline import __version__
from pipeline import config as configs
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
_OUT = typer.Option(help="Folder to write; a run there is replaced.", show_default=False)
_PLACES = typer.Option(
    "--config", help="Settings that say where models and cache are; all else is as in the run.", show_default=False
)
_QUIET = typer.Option("--quiet", "-q", help="Print nothing but errors.")
_JSON = typer.Option("--json", help="Print the result as JSON.")
_RUN = typer.Argument(metavar="RUN", help="Folder of a run, such as runs/demo.")

_INTERRUPTED = 130
_SAY_NOTHING = frozenset({"transcripts", "turns", "texts", "talk", "data"})


class Kind(StrEnum):
    """What `export` can write."""

    QDPX = "qdpx"
    QDC = "qdc"
    XLSX = "xlsx"
    CSV = "csv"


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
    out: Annotated[Path | None, _OUT] = None,
    quiet: Annotated[bool, _QUIET] = False,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Analyse a study: from transcripts to a report."""
    from pipeline import run as flow
    from pipeline import terminal

    settings = _settings(config, transcripts, codebook, codings, documents, out)
    with terminal.watching(quiet or as_json) as watch, _tools(settings) as tools:
        result, folder = flow.run(settings, tools, watch)
    terminal.closing_words(result, folder, quiet, as_json)


@app.command()
def check(
    config: Annotated[Path | None, _CONFIG] = None,
    transcripts: Annotated[Path | None, _TRANSCRIPTS] = None,
    codebook: Annotated[Path | None, _CODEBOOK] = None,
    codings: Annotated[Path | None, _CODINGS] = None,
    documents: Annotated[Path | None, _DOCUMENTS] = None,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Print what was understood of the inputs: documents, speakers, roles, encodings, problems. Writes nothing."""
    from pipeline import stages, terminal
    from pipeline.watch import Watch

    settings = _settings(config, transcripts, codebook, codings, documents, None)
    terminal.show_inputs(stages.read_inputs(settings, Watch(time.perf_counter)), as_json)


@app.command()
def assign(
    run_folder: Annotated[Path, _RUN],
    transcripts: Annotated[Path, _TRANSCRIPTS],
    documents: Annotated[Path | None, _DOCUMENTS] = None,
    out: Annotated[Path | None, _OUT] = None,
    config: Annotated[Path | None, _PLACES] = None,
    quiet: Annotated[bool, _QUIET] = False,
) -> None:
    """Put new transcripts into an existing run's themes and codes, without fitting again."""
    from pipeline import revisit, terminal

    target = out or run_folder.with_name(f"{run_folder.name}-assigned")
    with terminal.watching(quiet) as watch, _tools(_settings_of(run_folder, config)) as tools:
        result = revisit.assign(run_folder, transcripts, documents, target, tools, watch)
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

    with terminal.watching(quiet or as_json) as watch, _tools(_settings_of(run_folder, config)) as tools:
        result, folder = revisit.compare_again(run_folder, codings, watch, tools)
    terminal.closing_words(result, folder, quiet, as_json)


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
    to: Annotated[Kind, typer.Option(help="What to write: REFI-QDA project or codebook, workbook, tables.")],
    out: Annotated[Path | None, typer.Option(help="Folder to write into (default: the run's folder).")] = None,
) -> None:
    """Write a run in a format that other programs read."""
    from pipeline import revisit

    for path in revisit.export(run_folder, to.value, out or run_folder):
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


def _settings(
    config: Path | None,
    transcripts: Path | None,
    codebook: Path | None,
    codings: Path | None,
    documents: Path | None,
    out: Path | None,
) -> Config:
    """The file's settings with what the command line names on top; the study is named after its transcripts."""
    settings = configs.load(config) if config else Config()
    study = settings.study
    study = dataclasses.replace(
        study,
        transcripts=str(transcripts or study.transcripts),
        codebook=str(codebook or study.codebook),
        codings=str(codings or study.codings),
        documents=str(documents or study.documents),
        out=str(out or study.out),
    )
    if not study.transcripts:
        raise UsageError("no transcripts were named", "--transcripts", "Name a folder of transcripts or a table.")
    name = study.name or _name_of(Path(study.transcripts).resolve())
    return dataclasses.replace(
        settings, study=dataclasses.replace(study, name=name, out=study.out or f"runs/{_folder_name(name)}")
    )


def _name_of(path: Path) -> str:
    """A study's name from its transcripts; a folder called "transcripts" says less than the one that it lies in."""
    name = path.name if path.is_dir() else path.stem
    return path.parent.name if name.casefold() in _SAY_NOTHING and path.parent.name else name


def _folder_name(study: str) -> str:
    """The study's name as the name of one folder: whatever could lead out of runs/ becomes a hyphen."""
    return re.sub(r"[^\w. -]+", "-", study).strip(". -") or "study"


def _settings_of(run_folder: Path, config: Path | None) -> Config:
    """The settings of a run, with the places of models and cache (which a run does not keep) from a file."""
    from pipeline import revisit

    settings = revisit.settings_of(run_folder)
    places = configs.load(config).embed if config else settings.embed
    embed = dataclasses.replace(settings.embed, registry=places.registry, cache=places.cache, model=places.model)
    return dataclasses.replace(settings, embed=embed)


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
