"""The command line: `led`, a thin layer of verbs over the library."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Optional

import typer
from rich.console import Console

from ledanalysis.errors import InputError

app = typer.Typer(
    no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="rich", add_completion=False,
    help="From raw deliveries to slides: how public organisations learn.",
)  # fmt: skip
console = Console()
errors = Console(stderr=True)
STOPPED = 130  # the exit code of what Ctrl-C ends

StudyOption = Annotated[
    Optional[Path], typer.Option("--study", metavar="DIR", help="The study's folder; by default the one you are in.")
]
Clusterings = Annotated[
    Optional[list[str]], typer.Option("--clustering", "-c", help="Only this clustering (more than once for more).")
]
Clusters = Annotated[Optional[list[str]], typer.Option("--cluster", help="Only this cluster.")]
Mirrors = Annotated[
    Optional[list[str]], typer.Option("--mirror", metavar="CODE", help="Only the mirror of this municipality, such as GM0363; 'all' for all mirrors.")
]
NoMirrors = Annotated[bool, typer.Option("--no-mirrors", help="Everything but the mirrors.")]
Language = Annotated[str, typer.Option("--language", metavar="nl|en", help="For readers of this language, in a folder of its own; by default the study's.")]
Jobs = Annotated[Optional[int], typer.Option("--jobs", "-j", min=1, help="Notebooks at once.")]
Parameters = Annotated[
    Optional[list[str]], typer.Option("--parameter", "-p", metavar="NAME=VALUE", help="A parameter for the notebooks.")
]
Force = Annotated[bool, typer.Option("--force", help="Also make what is there already, made from the same.")]
Memory = Annotated[Optional[float], typer.Option("--memory", metavar="MB", min=100, help="A notebook that takes more is stopped; by default its part of the machine's.")]
Seconds = Annotated[Optional[float], typer.Option("--timeout", metavar="SECONDS", min=1, help="A cell that takes longer is stopped; by default 600.")]
Pdf = Annotated[bool, typer.Option("--pdf", help="Also print each HTML deck and report to PDF, beside it; needs a browser (Chromium, Chrome, Edge).")]
Scheduler = Annotated[Optional[str], typer.Option("--scheduler", metavar="tcp://HOST:PORT", help="Run the notebooks on the workers of this Dask scheduler.")]
Template = Annotated[Optional[Path], typer.Option("--template", metavar="FILE.pptx", help="The PowerPoint template; by default the one that study.toml names, else our own.")]

Hall = Annotated[bool, typer.Option("--hall", help="For visitors: read-only, on this machine alone unless --host says otherwise.")]
Host = Annotated[str, typer.Option("--host", metavar="ADDRESS", help="With --hall: the address to listen on, such as 0.0.0.0 for all of this machine's.")]
Key = Annotated[
    Optional[Path], typer.Option("--key", metavar="FILE", help="Also write who is behind each pseudonym, outside the study.")
]


@app.callback()
def _common(context: typer.Context, study: StudyOption = None) -> None:
    context.obj = study


def _load(context: typer.Context, study: Path | None):
    from ledanalysis.study import load_study

    return load_study(study or context.obj)


@app.command(epilog="Example: [bold]led example --study try[/bold]")
def example(context: typer.Context, study: StudyOption = None, seed: int = 342, truth: Optional[Path] = None) -> None:
    """Write made-up deliveries to an empty data/raw; with --truth FILE also what their population holds."""
    from ledanalysis.example import true_table, write_example
    from ledanalysis.tables import write_csv

    loaded = _load(context, study)
    written = write_example(loaded, seed)
    console.print(f"{len(written)} files in {loaded.raw}", soft_wrap=True)
    if truth:
        console.print(str(write_csv(truth, true_table(loaded, seed))), soft_wrap=True)


@app.command(epilog="Example: [bold]led check[/bold], before [bold]led prepare[/bold]; it writes nothing but what --propose asks for.")
def check(
    context: typer.Context, study: StudyOption = None,
    propose: Annotated[bool, typer.Option("--propose", help="Write data/codebook/columns_proposed.csv: columns.csv as it could be.")] = False,
    themes: Annotated[bool, typer.Option("--themes", help="After prepare: write data/codebook/themes_proposed.csv, with what the interviews say of the coming years that no theme has.")] = False,
    item: Annotated[str, typer.Option("--item", help="With --themes: from the answers to this open question instead.")] = "",
) -> None:  # fmt: skip
    """Name all that is wrong or odd in the deliveries, and show what cleaning would do."""
    from ledanalysis import check as checks
    from ledanalysis.tables import write_csv

    loaded = _load(context, study)
    if themes:
        _propose_themes(loaded, item)
        return
    if propose:
        proposed = checks.propose(loaded)
        path = write_csv(loaded.codebook / "columns_proposed.csv", proposed)
        console.print(f"{(proposed['item'] != '').sum()} of {len(proposed)} columns proposed: read {path}, mend it, and save it "
                      "as columns.csv", soft_wrap=True)  # fmt: skip
    report = checks.inspect(loaded)
    for part in checks.tables(report):
        console.print(part)
    if report.stops:
        more = f", and {len(report.stops) - 1} more: see above" if len(report.stops) > 1 else ""
        errors.print(f"[red]error[/red] {rich_safe(str(report.stops[0]))}{more}", soft_wrap=True, highlight=False)
        raise typer.Exit(2)


def _propose_themes(study, item: str) -> None:
    from ledanalysis import check as checks
    from ledanalysis import new_themes
    from ledanalysis.tables import read_table

    found = new_themes.find_themes(study, item)
    console.print(checks.table("Terms that stand out", found.drop(columns=["forms", "examples"]).round({"log_ratio": 2, "z": 1, "apart": 2})))
    new = new_themes.possible(found)
    if new.empty:
        console.print("none of these may be a new theme: each is known, stands with themes that are, or is said as widely elsewhere")
        return
    lines = new_themes.shown_in_context(new, read_table(study, "passages"), 40)
    console.print(checks.table("Where the new ones stand", lines.groupby("term", sort=False).head(2)))
    path = new_themes.write_proposal(study, new_themes.propose_themes(found, study))
    console.print(f"{len(new)} terms that may be a new theme: read {path}, mend it, and save it as themes.csv", soft_wrap=True)


@app.command(epilog="Example: [bold]led prepare --study studies/2023[/bold]")
def prepare(context: typer.Context, study: StudyOption = None, key: Key = None, force: Force = False) -> None:
    """Make every table of data/processed from the deliveries. Tables that were made from the same are kept."""
    loaded = _load(context, study)
    with _at_work(loaded):
        _prepare(loaded, key, force)


def _prepare(study, key: Path | None, force: bool) -> None:
    from ledanalysis import codings, prepared
    from ledanalysis.codebook import read_rows
    from ledanalysis.tables import read_table

    same = not key and not force and prepared.hold(study)
    if not same:
        from ledanalysis.prepare import prepare as make

        with console.status("Reading, cleaning, coding, weighing, estimating ..."):
            make(study, key)
    made, units = len(list(study.processed.glob("*.parquet"))), read_table(study, "units")
    kept = ", there already" if same else ""
    console.print(f"{made} tables in {study.processed}{kept}: {units['answered'].sum()} of {len(units)} units answered", soft_wrap=True)
    if key:
        console.print(f"the key to the pseudonyms: {key}; keep it apart", soft_wrap=True)
    undecided = len(read_rows(study.processed / "to_decide.csv"))
    if undecided:
        console.print(f"{undecided} names could not be decided: see {study.processed / 'to_decide.csv'}", soft_wrap=True)
    unmapped = len(read_rows(study.processed / "unmapped_columns.csv"))
    if unmapped:
        console.print(f"{unmapped} columns are not used: see {study.processed / 'unmapped_columns.csv'}", soft_wrap=True)
    for changed in codings.hold(study, read_table(study, "passages")).changed:
        errors.print(f"[yellow]warning[/yellow] {rich_safe(str(changed))}", soft_wrap=True, highlight=False)


@app.command(epilog="Example: [bold]led report --clustering size --cluster lt20[/bold]")
def report(
    context: typer.Context, study: StudyOption = None, clustering: Clusterings = None, cluster: Clusters = None,
    mirror: Mirrors = None, no_mirrors: NoMirrors = False, parameter: Parameters = None, jobs: Jobs = None, force: Force = False, memory: Memory = None, timeout: Seconds = None, scheduler: Scheduler = None,
    language: Language = "",
) -> None:  # fmt: skip
    """Run the notebooks: the sector's, one per cluster, and the mirrors of who asked for one. What is there already, made from the same, is kept."""
    loaded = _load(context, study)
    with _at_work(loaded):
        raise typer.Exit(_report(loaded, (clustering, cluster, _pairs(parameter, language), mirror, no_mirrors), jobs, force, _limits(jobs, memory, timeout), scheduler))


@app.command(epilog="Example: [bold]led slides[/bold], after [bold]led report[/bold]")
def slides(context: typer.Context, study: StudyOption = None, force: Force = False, language: Language = "", template: Template = None, pdf: Pdf = False) -> None:
    """Make a deck of each executed notebook. What is there already, made from the same, is kept."""
    _check_printing(pdf)
    loaded = _load(context, study)
    with _at_work(loaded):
        raise typer.Exit(_slides(loaded, force, language, _template(loaded, template), pdf))


@app.command(epilog="Example: [bold]led gallery[/bold]; it needs no deliveries.")
def gallery(context: typer.Context, study: StudyOption = None) -> None:
    """Write outputs/gallery.html: every chart there is, with what it is for and the code that draws it."""
    from ledanalysis.gallery import write_gallery

    console.print(str(write_gallery(_load(context, study))), soft_wrap=True)


@app.command(epilog="Example: [bold]led book[/bold], after [bold]led prepare[/bold]")
def book(context: typer.Context, study: StudyOption = None, force: Force = False, language: Language = "") -> None:
    """Make the book of tables: an Excel workbook, and a data package. What is there already, made from the same, is kept."""
    loaded = _load(context, study)
    with _at_work(loaded):
        _book(loaded, force, language)


@app.command(epilog="Example: [bold]led explore[/bold], after [bold]led prepare[/bold]; for visitors [bold]led explore --hall[/bold]")
def explore(
    context: typer.Context, study: StudyOption = None, language: Language = "", hall: Hall = False, host: Host = "",
    port: Annotated[Optional[int], typer.Option("--port", min=1, max=65535, help="By default 8888, or 8866 for --hall.")] = None,
    visitors: Annotated[Optional[int], typer.Option("--visitors", min=1, help="With --hall: visitors at once; by default as many as there is memory for.")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only say where it is.")] = False,
) -> None:  # fmt: skip
    """Explore the figures in JupyterLab; with --hall as a web page for visitors, who can look and choose but run nothing."""
    from ledanalysis.explore import serving

    if (host or visitors) and not hall:
        raise InputError("--host and --visitors are for visitors", value=host or visitors, allowed="with --hall")
    if warning := serving.warning_of(host) if host else "":
        errors.print(f"[yellow]warning[/yellow] {rich_safe(warning)}", soft_wrap=True, highlight=False)
    loaded = _load(context, study)
    if hall:
        serving.explore_in_hall(loaded, language, host, port, visitors, not no_browser, say=_say)
    else:
        serving.explore_in_lab(loaded, language, not no_browser, port, say=_say)


def _say(words: str) -> None:
    console.print(rich_safe(words), soft_wrap=True, highlight=False)


@app.command(epilog="Example: [bold]led run --study studies/2023[/bold]")
def run(
    context: typer.Context, study: StudyOption = None, clustering: Clusterings = None, cluster: Clusters = None,
    mirror: Mirrors = None, no_mirrors: NoMirrors = False, parameter: Parameters = None, jobs: Jobs = None, force: Force = False, memory: Memory = None, timeout: Seconds = None, scheduler: Scheduler = None,
    language: Language = "", template: Template = None, pdf: Pdf = False,
) -> None:  # fmt: skip
    """prepare, report, slides and book, one after the other."""
    _check_printing(pdf)
    loaded = _load(context, study)
    loaded.in_language(language)  # an unknown one is told before all else
    with _at_work(loaded):
        template = _template(loaded, template)
        _prepare(loaded, None, force)
        failed = _report(loaded, (clustering, cluster, _pairs(parameter, language), mirror, no_mirrors), jobs, force, _limits(jobs, memory, timeout), scheduler)
        failed = max(failed, _slides(loaded, force, language, template, pdf))
        _book(loaded, force, language)
        raise typer.Exit(failed)


@contextmanager
def _at_work(study) -> Iterator[None]:
    """Alone on a study, until it is done or somebody presses Ctrl-C."""
    from ledanalysis.busy import alone

    try:
        with alone(study):
            yield
    except KeyboardInterrupt:
        errors.print("[red]stopped[/red] what was done is kept: the same command goes on from there", soft_wrap=True)
        raise typer.Exit(STOPPED) from None


def _limits(jobs: int | None, memory: float | None, seconds: float | None):
    from dataclasses import replace

    from ledanalysis.running import usual_jobs, usual_limits

    own = {name: value for name, value in (("memory", memory), ("seconds", seconds)) if value}
    return replace(usual_limits(jobs or usual_jobs()), **own)


def _report(study, asked: tuple, jobs: int | None, force: bool, limits, scheduler: str | None) -> int:
    from ledanalysis import afar, batch, kept, running
    from ledanalysis.slides import remove_old
    from ledanalysis.telling import Told

    runs, ground = batch.plan(study, *asked), kept.ground(study)
    batch.remove_withdrawn(study)
    todo = runs if force else running.undone(runs, ground)
    with Told(len(todo), console) as told:
        if scheduler:
            failures = afar.run_all_afar(scheduler, study, todo, ground, limits, told.begun, told.done)
        else:
            failures = running.run_all(todo, ground, jobs, limits, told.begun, told.done)
    remove_old(study)
    path = batch.write_record(study, runs, failures)
    same = f", {len(runs) - len(todo)} of them were there already" if len(todo) < len(runs) else ""
    console.print(f"{len(runs) - len(failures)} of {len(runs)} notebooks done{same}; {path}", soft_wrap=True)
    for failure in failures:
        errors.print(f"[red]failed[/red] {rich_safe(f'{failure.run.name}: {failure.reason}')}", soft_wrap=True, highlight=False)
    return 1 if failures else 0


def _template(study, given: Path | None) -> Path | None:
    """The template, found fit before any work begins."""
    from ledanalysis.slides import template_of

    return template_of(study, given)


def _check_printing(pdf: bool) -> None:
    """Say what is not there to print with before anything is made."""
    if pdf:
        from ledanalysis.slides.browsers import find_browser

        find_browser()


def _slides(study, force: bool = False, language: str = "", template: Path | None = None, pdf: bool = False) -> int:
    from ledanalysis.slides import export_study, print_study

    study.in_language(language)
    with console.status("Making decks ..."):
        decks, faults = export_study(study, force, language, template)
    with console.status("Printing ..."):
        pdfs, unprinted = print_study(study, decks, force) if pdf else ([], {})
    _tell_decks(study, decks, len(pdfs))
    for what, failures in (("deck", faults), ("PDF", unprinted)):
        for name, fault in failures.items():
            errors.print(f"[red]failed[/red] {rich_safe(f'the {what} of {name}: {fault}')}", soft_wrap=True, highlight=False)
    return 1 if faults or unprinted else 0


def _tell_decks(study, decks: list[Path], printed: int) -> None:
    """Each deck once, with its files; of mirrors only how many there are, and where."""
    from collections import Counter

    from ledanalysis.slides import MIRRORS

    folder, named = study.outputs / "slides", {}
    for deck in decks:
        named.setdefault(deck.with_suffix(""), []).append(deck)
    of_mirrors = [deck for deck in named if MIRRORS in deck.relative_to(study.outputs).parts[:-1]]
    places = [f"{count} mirrors in {place}" for place, count in Counter(deck.parent for deck in of_mirrors).items()]
    apart = f", and {', '.join(places)}, each for one municipality's eyes" if places else ""
    console.print(f"{len(named) - len(of_mirrors)} decks in {folder}{apart}:", soft_wrap=True)
    for deck, files in named.items():
        if deck not in of_mirrors:
            console.print(f"  {', '.join(file.relative_to(folder).as_posix() for file in files)}", soft_wrap=True, highlight=False)
    if printed:
        console.print(f"{printed} of them as PDF, beside the HTML", soft_wrap=True)


def _book(study, force: bool, language: str = "") -> None:
    from ledanalysis.book import make_book

    with console.status("Making the book of tables ..."):
        (workbook, package), same = make_book(study, force, language)
    console.print(f"the book of tables: {workbook}{', there already' if same else ''}; for machines: {package}", soft_wrap=True)


def _pairs(parameters: list[str] | None, language: str = "") -> dict[str, str]:
    for pair in parameters or []:
        if "=" not in pair:
            raise InputError("not a parameter", value=pair, allowed="NAME=VALUE")
    named = dict(pair.split("=", 1) for pair in parameters or [])
    return named | {"language": language} if language else named


def main() -> None:
    """Run the command line; what is wrong with the input is said without a traceback, with exit code 2."""
    sys.modules.setdefault("rfc3987_syntax", None)  # half of a start is its grammar of addresses, which nothing here uses
    try:
        app()
    except InputError as error:
        errors.print(f"[red]error[/red] {rich_safe(str(error))}", soft_wrap=True, highlight=False)
        sys.exit(2)
    except OSError as error:  # a full disk, a folder that may not be written to
        errors.print(f"[red]error[/red] {rich_safe(str(error))}", soft_wrap=True, highlight=False)
        sys.exit(1)


def rich_safe(text: str) -> str:
    """A text with nothing in it that the console would take for markup."""
    from rich.markup import escape

    return escape(text)

if __name__ == "__main__":
    main()
