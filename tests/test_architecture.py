"""Data walk one way: a module imports only from its left, and what is heavy only where it is needed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parent.parent / "ledanalysis"
ORDER = (
    "warmkernel ending errors labels palette logo codebook references study tables codebook_writing receivers kept prepared register spellings wordings names clusters reading mapping delivery rules "
    "cleaning contacts name_lists known_names name_shapes persons privacy pseudonyms coding calibration weighting scoring published "
    "design estimation replicates rankings ranks scales programs attack protection together questions behind sums disclosure audit estimates mirrors "
    "context quotes agreement handcodes codings actors terms candidates emerging new_themes "
    "staffing staff_means staff shares_attack shares_cell shares_hidden shares another_view unweighted overlap waves compared changes "
    "whose prepare proposal suspicions untranslated check style placing drawing charts beside chart_data findings slides notes page_tables markup pages mirror_pages mirror_words sides triangulation network practices menu hypotheses newcomers response book told fitting asked named grouping crossing crossing_words answered asking "
    "kept_views discussion gallery ready watching running batch busy telling afar explore example cli"
).split()
ONLY_IN = {  # what is imported by one module, or one package, alone
    "papermill": {"batch", "running", "watching"},
    "filelock": {"busy", "codebook_writing"},
    "distributed": {"afar"},
    "psutil": {"running", "watching", "explore"},
    "voila": {"explore"},
    "jupyterlab": {"explore"},
    "jupyter_server": {"explore"},
    "nbconvert": {"slides"},
    "pyreadstat": {"reading", "example"},
    "openpyxl": {"reading", "book"},
    "docx": {"reading", "example"},
    "pptx": {"slides"},
    "xlsxwriter": {"slides"},
    "pypdf": {"reading", "slides"},
    "playwright": {"slides"},
    "rapidfuzz": {"names", "proposal", "suspicions"},
    "pydantic": {"codebook", "study"},
    "highspy": {"programs"},
    "joblib": {"disclosure"},
    "krippendorff": {"agreement"},
    "ipywidgets": {"explore"},
    "anywidget": {"explore"},
    "matplotlib": {"style", "placing", "drawing", "charts", "beside"},
    "jupyter_client": {"warmkernel"},
    "typer": {"cli"},
    "rich": {"cli", "check", "telling"},
}


def modules():
    """(module or package, path, tree) of every file of the library."""
    for path in sorted(LIBRARY.rglob("*.py")):
        name = path.relative_to(LIBRARY).parts[0].removesuffix(".py")
        if name != "__init__":
            yield name, path, ast.parse(path.read_text("utf-8"))


def imports(tree):
    """The dotted names that a module imports, those within functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_the_order_names_every_module_once():
    assert sorted(ORDER) == sorted({name for name, _, _ in modules()})


def test_a_module_imports_only_from_its_left():
    wrong = [
        f"{path.relative_to(LIBRARY)} imports {other}"
        for name, path, tree in modules()
        for other in (dotted.split(".")[1] for dotted in imports(tree) if dotted.startswith("ledanalysis."))
        if other != name and ORDER.index(other) >= ORDER.index(name)
    ]
    assert wrong == []


@pytest.mark.parametrize("package", ONLY_IN)
def test_a_package_is_known_to_few(package):
    known = {name for name, _, tree in modules() for dotted in imports(tree) if dotted.split(".")[0] == package}
    assert known == ONLY_IN[package]


HEAVY = "pandas numpy papermill matplotlib nbconvert scipy pydantic"


@pytest.mark.parametrize("module", ["ledanalysis.cli", "ledanalysis", "ledanalysis.errors"])
def test_the_command_line_starts_without_what_only_some_verbs_need(module):
    code = f"import sys, {module}; print(*[name for name in {HEAVY.split()!r} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == []


def test_slides_start_without_nbconvert():
    code = "import sys, ledanalysis.slides; print('nbconvert' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"


# without a docstring of their own, and why
TOLD_ELSEWHERE = {
    "recognises": "every format has one; reading/__init__.py tells what it is for",
    "is_empty": "its body is shorter than a sentence about it",
    "plain": "its body is shorter than a sentence about it",
    "capital": "its body is shorter than a sentence about it",
}


def test_public_functions_say_what_they_do():
    silent = [
        f"{path.relative_to(LIBRARY)}: {node.name}"
        for _, path, tree in modules()
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name[0] != "_" and node.name not in TOLD_ELSEWHERE and not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_module_says_what_it_gives():
    assert [str(path.relative_to(LIBRARY)) for _, path, tree in modules() if not ast.get_docstring(tree)] == []


def test_no_module_reaches_into_anothers_private_names():
    wrong = [
        f"{path.relative_to(LIBRARY)}: {dotted}"
        for name, path, tree in modules()
        for dotted in imports(tree)
        if dotted.startswith("ledanalysis.") and any(part.startswith("_") for part in dotted.split("."))
    ]
    assert wrong == []
