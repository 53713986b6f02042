"""PDFs of decks: a slide a page, tagged, and never one of an earlier deck; what it says where there is nothing to print with."""

import importlib
import subprocess
import sys
import tomllib
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import nbformat.v4 as v4
import pytest
from browser import chromium
from nbconvert.utils.exceptions import ConversionException
from pypdf import PdfReader
from test_decks_browser import whole_deck
from test_slides import bundle, code, notebook

from ledanalysis import slides
from ledanalysis.errors import InputError
from ledanalysis.slides import browsers, export_study, print_study, printing

ROOT = Path(__file__).resolve().parents[1]


def study_of(folder, **notebooks):
    """Something that has outputs, with executed notebooks in it."""
    for name, node in notebooks.items():
        path = folder / "outputs/notebooks" / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(v4.writes(node), encoding="utf-8")
    return SimpleNamespace(outputs=folder / "outputs", settings=SimpleNamespace(decks=["html"]))


def words(page):
    return " ".join(page.extract_text().split())


@pytest.fixture(scope="module")
def printed():
    chromium()
    with printing.printer() as made:
        yield made


@pytest.fixture(scope="module")
def results(example_run, printed):
    """The sector's deck, printed twice."""
    deck = example_run / "outputs/slides/results.html"
    return printed(deck), printed(deck), slides.deck_table(example_run / "outputs/notebooks/results.ipynb")


def test_the_number_stands_at_the_right_of_every_page(results):
    """Where a slide on screen has a button beside it too."""
    pdf, found = PdfReader(BytesIO(results[0])), {}
    for number, page in enumerate(pdf.pages, 1):
        words = f"{number} / {len(pdf.pages)}"
        page.extract_text(visitor_text=lambda text, cm, tm, *_: found.update({words: tm[4] * cm[0] + cm[4]}) if text.strip() == words else None)  # noqa: B023
    assert len(found) == len(pdf.pages) and min(found.values()) > 850  # points from the left, of 960


def test_every_slide_is_a_page_with_its_title_as_text(results):
    content, _, table = results
    pdf = PdfReader(BytesIO(content))
    assert len(pdf.pages) == len(table) >= 15
    for page, title in zip(pdf.pages, table["title"], strict=True):
        assert [round(float(side)) for side in page.mediabox] == [0, 0, 960, 540]  # points: 1280 by 720 pixels
        assert title.replace(" ", "") in words(page).replace(" ", ""), title


def test_it_is_tagged_and_has_an_outline_a_language_and_a_title(results):
    content, _, table = results
    pdf = PdfReader(BytesIO(content))
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/StructTreeRoot"] and root["/Lang"] == "nl"
    assert pdf.metadata.title.endswith("Leren en ontwikkelen bij gemeenten") and root["/ViewerPreferences"]["/DisplayDocTitle"]
    outline = list(_flat(pdf.outline))
    assert [entry.title for entry in outline][:3] == table["title"].tolist()[:3]
    assert [pdf.get_destination_page_number(entry) for entry in outline if entry.title in set(table["title"])] == list(range(len(table)))


def _flat(outline):
    for entry in outline:
        yield from _flat(entry) if isinstance(entry, list) else [entry]


def test_the_same_deck_gives_the_same_bytes(results):
    first, second, _ = results
    assert first == second
    assert PdfReader(BytesIO(first)).metadata.creation_date is None


def test_speaker_notes_are_not_printed(printed, tmp_path):
    pdf = PdfReader(BytesIO(printed(slides.export(whole_deck(), tmp_path / "a.html"))))
    told = " ".join(map(words, pdf.pages))
    assert "Welkom." not in told and "Vraag door" not in told and "Punten voor gesprek" in told
    assert "<script>alert(1)</script>" in told and len(pdf.pages) == 8


def test_a_page_that_does_not_get_ready_is_a_fault_and_no_pdf(printed, tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "SECONDS", 0.2)
    (tmp_path / "a.html").write_text("<p>never ready")
    with pytest.raises(OSError, match="could not print it.*not ready"):
        printed(tmp_path / "a.html")


def test_a_pdf_stands_beside_its_deck_and_is_kept_until_the_deck_is_another(tmp_path):
    chromium()
    made = notebook(code(bundle("Eerst"), kind="slide"))
    study = study_of(tmp_path, results=made, **{"mirror/GM0363": made})
    decks, _ = export_study(study)
    pdfs, faults = print_study(study, decks)
    assert [pdf.relative_to(study.outputs).as_posix() for pdf in pdfs] == ["slides/mirror/GM0363.pdf", "slides/results.pdf"] and not faults
    times = [pdf.stat().st_mtime_ns for pdf in pdfs]
    assert export_study(study)[0] == decks and print_study(study, decks)[0] == pdfs
    assert [pdf.stat().st_mtime_ns for pdf in pdfs] == times, "made from the same, and printed again"
    study_of(tmp_path, results=notebook(code(bundle("Daarna"), kind="slide")))
    export_study(study)
    assert not pdfs[1].exists() and pdfs[0].exists(), "a PDF of another deck than stands beside it"
    print_study(study, decks)
    assert "Daarna" in words(PdfReader(pdfs[1]).pages[0]) and [pdfs[0].stat().st_mtime_ns] == times[:1]
    (study.outputs / "notebooks/mirror/GM0363.ipynb").unlink()
    slides.remove_old(study)
    assert [path for path in study.outputs.rglob("*GM0363*")] == [] and pdfs[1].exists()


def test_what_cannot_be_printed_is_named_and_the_others_are_there(tmp_path, monkeypatch):
    study = study_of(tmp_path, a=notebook(code(bundle("A"), kind="slide")), b=notebook(code(bundle("B"), kind="slide")))
    decks, _ = export_study(study)

    class Printer:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def __call__(self, deck):
            if deck.stem == "a":
                raise OSError("the browser fell over")
            return b"%PDF"

    monkeypatch.setattr(printing, "printer", Printer)
    pdfs, faults = print_study(study, decks)
    assert [pdf.name for pdf in pdfs] == ["b.pdf"] and str(faults["slides/a.html"]) == "the browser fell over"
    assert not (study.outputs / "slides/a.pdf").exists()


def test_led_prints_what_it_made(small_folder):
    chromium()
    study_of(small_folder, results=notebook(code(bundle("Gevonden"), kind="slide")))
    done = subprocess.run([sys.executable, "-m", "ledanalysis.cli", "slides", "--pdf", "--study", small_folder], capture_output=True, text=True)
    assert done.returncode == 0 and "1 of them as PDF" in done.stdout and done.stderr == ""
    assert "Gevonden" in words(PdfReader(small_folder / "outputs/slides/results.pdf").pages[0])


# --- where there is nothing to print with -------------------------------------------------------------------------


@pytest.mark.parametrize(("found", "said"), [(None, r"pip install 'ledanalysis\[pdf\]'"), (object(), "none was found here.*LED_BROWSER")])
def test_what_is_missing_is_named(monkeypatch, found, said):
    monkeypatch.setattr(browsers, "find_spec", lambda name: found)
    monkeypatch.setattr(browsers.shutil, "which", lambda name: None)
    monkeypatch.setattr(browsers, "_present", lambda: iter(()))
    monkeypatch.delenv("LED_BROWSER", raising=False)
    with pytest.raises(InputError, match=said):
        browsers.find_browser()


def test_the_browser_that_is_asked_for_is_used_or_named(monkeypatch, tmp_path):
    mine = tmp_path / "mine"
    mine.write_text("")
    mine.chmod(0o755)
    monkeypatch.setenv("LED_BROWSER", str(mine))
    assert browsers.find_browser() == str(mine)
    monkeypatch.setenv("LED_BROWSER", str(tmp_path / "gone"))
    with pytest.raises(InputError, match="LED_BROWSER names no program.*gone"):
        browsers.find_browser()


@pytest.mark.parametrize("place", ["Programs/Google/Chrome/Application/chrome.exe", "Programs/Microsoft/Edge/Application/msedge.exe",
                                   "home/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"])  # fmt: skip
def test_browsers_of_windows_and_macos_are_found_where_they_are(monkeypatch, tmp_path, place):
    monkeypatch.setattr(browsers.shutil, "which", lambda name: None)
    monkeypatch.setenv("PROGRAMFILES(X86)", str(tmp_path / "Programs"))
    monkeypatch.setattr(browsers.Path, "home", lambda: tmp_path / "home")
    monkeypatch.delenv("LED_BROWSER", raising=False)
    (tmp_path / place).parent.mkdir(parents=True)
    (tmp_path / place).write_text("")
    assert browsers.find_browser() == str(tmp_path / place)


@pytest.mark.parametrize("verb", ["slides", "run"])
def test_without_a_browser_nothing_is_made(tmp_path, verb):
    """Before all else, whatever there is to make: exit code 2 and no file."""
    environment = {"PATH": str(tmp_path), "HOME": str(tmp_path), "LED_BROWSER": str(tmp_path / "none")}
    done = subprocess.run([sys.executable, "-m", "ledanalysis.cli", verb, "--pdf", "--study", tmp_path], capture_output=True, text=True,
                          cwd=ROOT, env=environment)  # fmt: skip
    assert done.returncode == 2 and "LED_BROWSER" in done.stderr and list(tmp_path.iterdir()) == []


# --- jupyter nbconvert --------------------------------------------------------------------------------------------

EXPORTERS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]["nbconvert.exporters"]


def exporter(name):
    module, _, thing = EXPORTERS[name].partition(":")
    return getattr(importlib.import_module(module), thing)()


def test_nbconvert_gets_what_led_makes(printed, tmp_path):
    deck, resources = exporter("led_slides").from_notebook_node(whole_deck())
    assert deck.encode() == slides.export(whole_deck(), tmp_path / "a.html").read_bytes() and resources["output_extension"] == ".html"
    pdf, resources = exporter("led_pdf").from_notebook_node(whole_deck())
    assert pdf == printed(tmp_path / "a.html") and resources["output_extension"] == ".pdf"


@pytest.mark.parametrize("name", EXPORTERS)
def test_of_somebody_elses_notebook_it_says_what_is_wrong(name):
    with pytest.raises(ConversionException, match="this notebook gives its deck no title; has it been executed?"):
        exporter(name).from_notebook_node(v4.new_notebook(cells=[v4.new_markdown_cell("# Mine")]))


def test_exporters_are_imported_without_what_only_printing_needs():
    modules = sorted({place.partition(":")[0] for place in EXPORTERS.values()})
    done = f"import sys, importlib; [importlib.import_module(name) for name in {modules}]; print('playwright' in sys.modules, 'pypdf' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", done], capture_output=True, text=True, check=True).stdout.split() == ["False", "False"]
