"""The set-up holds together: pyproject.toml, the locks, environment.yml, the notebooks, and what must not be committed."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def names(requirements):
    return {re.match(r"[a-z0-9-]+", line)[0] for line in requirements}


def locked(file):
    """Versions by package in a lock, for Python 3.11."""
    lines = re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)(?: ; ([^\\\n]+))?", (ROOT / file).read_text(), re.MULTILINE)
    newer = re.compile(r"python_full_version (>= '3.12'|>= '3.13'|== '3.12)")
    return {name: version for name, version, marker in lines if not newer.search(marker)}


RUNTIME = names(PROJECT["dependencies"]) | names(PROJECT["optional-dependencies"]["setup"])
TESTS = names(PROJECT["optional-dependencies"]["test"])


def test_the_locks_hold_what_the_project_asks_for():
    runtime, test = locked("requirements.lock"), locked("requirements-test.lock")
    assert RUNTIME <= set(runtime)
    assert TESTS <= set(test) and not TESTS & set(runtime)
    assert {name: test[name] for name in runtime} == runtime


@pytest.mark.parametrize("file", ["requirements.lock", "requirements-test.lock"])
def test_every_locked_package_has_a_hash_and_no_lock_names_a_host(file):
    text = (ROOT / file).read_text()
    packages = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert [package.splitlines()[0] for package in packages if "--hash=sha256:" not in package] == []
    assert "://" not in text and "--index" not in text and "--find-links" not in text


def test_the_conda_environment_has_the_locks_versions():
    text = (ROOT / "environment.yml").read_text()
    pinned = dict(re.findall(r"- ([a-z-]+)==(\S+)", text))
    assert pinned == {name: version for name, version in locked("requirements-test.lock").items() if name in RUNTIME | TESTS}
    assert "- python=3.11\n" in text and "- --editable ." in text
    assert PROJECT["requires-python"] == ">=3.11"


def test_every_dependency_says_what_it_is_for():
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    assert [line for line in lines if re.match(r'    "[a-z0-9-]+[>=]', line) and "#" not in line and "hatch" not in line and "editables" not in line] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebooks_are_articles(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    source = ["".join(cell["source"]) for cell in code]
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert not any(cell["outputs"] or cell["execution_count"] for cell in code)
    assert [cell["metadata"].get("tags") for cell in code].count(["parameters"]) == 1
    assert notebook["cells"][0]["cell_type"] == "markdown" and code[0]["metadata"]["tags"] == ["parameters"]
    assert not re.search(r"^\s*(def|class) |read_csv|read_parquet|data/raw", "\n".join(source), re.MULTILINE)
    assert sum(len(text.splitlines()) for text in source) <= 60


def test_the_top_level_is_as_agreed():
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    assert folders - {"build", "dist", "__pycache__"} == {"notebooks", "ledanalysis", "data", "outputs", "tests"}


def test_nothing_committed_names_a_path_of_a_machine_or_a_registry():
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    bad = re.compile(rb"/(?:home|root|Users)/\w+/|//[^ /]*(?:py" + rb"pi|python" + rb"hosted|registry\.n" + rb"pm)[^ /]*/")
    found = [name for name in tracked.stdout.split("\0") if name and (ROOT / name).is_file() and bad.search((ROOT / name).read_bytes())]
    assert found == []


def test_readme_opens_with_a_sentence_a_picture_and_two_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    head = text.split("\n## ")[0]
    picture = re.search(r"!\[[^\]]+\]\(([^)]+)\)", head)
    assert picture and (ROOT / picture[1]).exists()
    assert re.findall(r"^make \w+", head, re.MULTILINE) == ["make slides", "make test"]
    for target in re.findall(r"\]\(([^):#]+)\)", text):
        assert (ROOT / target).exists(), target
