"""`led run` killed at ten random moments and resumed each time makes what an undisturbed run makes; nothing is half-written."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import killed
import psutil
import pytest

from ledanalysis import kept, prepared, running, tables
from ledanalysis.errors import InputError
from ledanalysis.prepare import prepare
from ledanalysis.study import load_study

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs SIGKILL, fork and processes as Linux shows them")
PHASES = {"prepare": ("", "tables in"), "report": ("tables in", "notebooks done"), "slides": ("notebooks done", "decks in")}
MOMENTS = ["prepare"] * 2 + ["report"] * 6 + ["slides"] * 2
ARGUMENTS = ("run", "-c", "size")


@pytest.fixture(scope="module")
def runtime(tmp_path_factory):
    return tmp_path_factory.mktemp("r")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, runtime):
    """A study that was run in one go, and the seconds that each phase took."""
    study = killed.copied(tmp_path_factory.mktemp("undisturbed"))
    led = killed.Led(study, runtime, *ARGUMENTS)
    assert led.ended() == 0, led.said()
    ends = {phase: led.when(words) for phase, (_, words) in PHASES.items()}
    return study, {"prepare": ends["prepare"], "report": ends["report"] - ends["prepare"], "slides": ends["slides"] - ends["report"]}


def killed_in(phase: str, study, runtime, seconds: float, chance: random.Random) -> tuple[str, list]:
    """Run until a random moment of a phase, and kill; in which phase it came, and what the killed one had started."""
    led, moment = killed.Led(study, runtime, *ARGUMENTS), chance.uniform(0.02, 1) * seconds
    begins, _ = PHASES[phase]
    assert killed.until(lambda: not begins or led.when(begins) or not led.runs(), 120)
    time.sleep(moment)
    if not led.runs():
        return "done", []
    left = led.kill()
    reached = [name for name, (words, _) in PHASES.items() if not words or led.when(words)]
    return reached[-1], left


def test_killed_at_ten_random_moments(undisturbed, tmp_path, runtime):
    whole, seconds = undisturbed
    seed = random.randrange(10**6)
    print("seed", seed, seconds)
    study, chance, hits = killed.copied(tmp_path / "study"), random.Random(seed), []
    while len(hits) < len(MOMENTS):
        phase = MOMENTS[len(hits)]
        done = len(list((study / "outputs/.made").rglob("*/*.json"))) / 6 if phase == "report" else 0
        hit, left = killed_in(phase, study, runtime, seconds[phase] * max(1 - done, 0.2), chance)
        hits += [hit] * (hit != "done")
        killed.check_whole(study)
        if phase == "prepare" != hit:  # the machine is faster than it was: once more from the beginning
            shutil.rmtree(study)
            killed.copied(study)
            seconds, hits = seconds | {"prepare": seconds["prepare"] / 2}, []
        assert killed.until(lambda left=left: not [one for one in left if killed.alive(one)]), left
        assert killed.until(lambda: not killed.kernels(runtime)), killed.kernels(runtime)
    print(hits)
    assert set(hits) == set(PHASES)
    last = killed.Led(study, runtime, *ARGUMENTS)
    assert last.ended() == 0, last.said()
    made, expected = killed.contents(study), killed.contents(whole)
    assert set(made) == set(expected)
    assert [name for name in made if made[name] != expected[name]] == []
    assert killed.temporary(study) == []
    assert killed.until(lambda: not killed.processes(runtime), 40)  # what kernels are forked from ends too


@pytest.mark.parametrize("whom", ["a kernel", "the parent of kernels"])
def test_others_killed_during_a_report(undisturbed, runtime, whom):
    study, _ = undisturbed
    led = killed.Led(study, runtime, "report", "-c", "size", "--force")
    assert killed.until(lambda: killed.kernels(runtime), 60)
    time.sleep(2)  # a parent that begins is two processes for a moment
    assert killed.until(lambda: killed.kernels(runtime), 60)
    (killed.kernels if whom == "a kernel" else killed.parents)(runtime)[0].kill()
    code = led.ended(120)
    assert code == 1 and all("kernel died" in line.lower() for _, line in led.errors if line.startswith("failed")), led.said()
    assert 1 <= led.said().count("failed ") <= 4
    again = killed.Led(study, runtime, *ARGUMENTS)
    assert again.ended(120) == 0, again.said()
    assert killed.temporary(study) == []


PROTECTS = """
import os, time
from joblib import Parallel, delayed
from ledanalysis.ending import end_with

def work(parent, number):
    end_with(parent)
    open(str(number), "w").close()
    time.sleep(100)

Parallel(2)(delayed(work)(os.getpid(), number) for number in range(2))
"""


def test_processes_that_protect_tables_end_with_a_killed_one(tmp_path):
    started = subprocess.Popen([sys.executable, "-c", PROTECTS], cwd=tmp_path, stderr=subprocess.DEVNULL)
    assert killed.until(lambda: len(list(tmp_path.iterdir())) == 2, 60)
    left = psutil.Process(started.pid).children(recursive=True)
    started.kill()
    started.wait()
    assert len(left) >= 2 and killed.until(lambda: not [one for one in left if killed.alive(one)]), left


def steps(work, module_functions, until_dead=60):
    """Do work again and again in a fork that kills itself at the first, second, ... change of the disk, until it comes to its end."""
    for step in range(1, until_dead):
        pid = os.fork()
        if pid == 0:
            try:
                left = [step]

                def counted(function, left=left):
                    def changed(*arguments, **options):
                        left[0] -= 1
                        if left[0] == 0:
                            os.kill(os.getpid(), signal.SIGKILL)
                        return function(*arguments, **options)

                    return changed

                for module, name in module_functions:
                    setattr(module, name, counted(getattr(module, name)))
                work()
            finally:
                os._exit(0)
        _, status = os.waitpid(pid, 0)
        yield step
        if os.waitstatus_to_exitcode(status) == 0:
            return
    raise AssertionError("it never came to its end")


CHANGES = [(os, "replace"), (os, "unlink"), (os, "rmdir"), (os, "open")]


@pytest.mark.parametrize("then", ["made", "failed"])
def test_at_no_step_is_a_result_there_by_half(tmp_path, then):
    """An earlier result is replaced: at each step each place has the old or the new, whole, or nothing."""
    run = running.Run("a", tmp_path / "a.ipynb", {"output": str(tmp_path / "outputs/tables/a")}, tmp_path / "outputs/notebooks/a.ipynb",
                      tmp_path / "outputs/figures/a", tmp_path / "outputs/.made/a.json")  # fmt: skip
    run.notebook.write_text("{}")
    half = running.staged(run)

    def write(places, word):
        for place in places[1:]:
            place.mkdir(parents=True)
            for name in "123":
                (place / name).write_text(word)
        places[0].parent.mkdir(parents=True, exist_ok=True)
        places[0].write_text(word)

    def found(place):
        return {path.read_text() for path in place.iterdir()} | {len(list(place.iterdir()))} if place.is_dir() else place.exists() and {place.read_text(), 3}

    def begin():
        tables.sweep(tmp_path / "outputs")
        running.remove(*run.places, run.record, run.failed)
        write(run.places, "old")
        kept.keep(run.record, "old", run.places)
        write(half.places, "new")

    begin()
    work = (lambda: running.put_in_place(half, run, "new")) if then == "made" else (lambda: running.keep_failed(half, run))
    count = 0
    for count in steps(work, CHANGES):
        states = [found(place) for place in run.places]
        assert all(state in (False, {"old", 3}, {"new", 3}) for state in states), (count, states)
        if kept.holds(run.record, "new", run.places):
            assert states == [{"new", 3}] * 3
        elif run.record.exists():
            assert states == [{"old", 3}] * 3
        last = states
        begin()
    assert count > 8 and last == ([{"new", 3}] * 3 if then == "made" else [False] * 3)


def test_tables_of_two_makings_are_never_taken_for_one(small):
    prepare(small)
    assert prepared.hold(small)
    notice = small.codebook / "themes.csv"
    notice.write_bytes(notice.read_bytes() + b"\n")
    assert not prepared.hold(small)
    source, content = prepared.made_from(small), {path.name: path.read_bytes() for path in small.processed.glob("*.parquet")}

    def write():
        with prepared.written(small, source):
            for name in content:
                tables.write_bytes(small.processed / name, b"new")

    broken = 0
    for _ in steps(write, [(os, "replace")]):
        new = {path.read_bytes() == b"new" for path in small.processed.glob("*.parquet")}
        if new == {True, False}:
            broken += 1
            with pytest.raises(InputError, match="not all tables were written: run `led prepare` again"):
                prepared.check_whole(small)
        assert not prepared.hold(small) or new == {True}
        for name, old in content.items():
            (small.processed / name).write_bytes(old)
    assert broken == len(content) - 1


CHANGED = {
    "a delivery": lambda study: (study.raw / "new.txt").write_text("x"),
    "a delivery behind a link": lambda study: (study.folder / "elsewhere/a.txt").write_text("y"),
    "the codebook": lambda study: (study.codebook / "new.csv").write_text("x"),
    "a table": lambda study: next(study.processed.glob("*.parquet")).write_bytes(b"x"),
    "a table that has gone": lambda study: next(study.processed.glob("*.parquet")).unlink(),
}


@pytest.mark.parametrize("what", CHANGED)
def test_tables_hold_while_nothing_changes(small, what):
    (small.folder / "elsewhere").mkdir()
    (small.folder / "elsewhere/a.txt").write_text("x")
    (small.raw / "linked").symlink_to(small.folder / "elsewhere")
    assert not prepared.hold(small)
    prepare(small)
    assert prepared.hold(small)
    CHANGED[what](small)
    assert not prepared.hold(small)


def test_tables_hold_when_a_view_is_kept_for_a_deck(small):
    prepare(small)
    (small.codebook / "findings.csv").write_text("finding;chart;measure\nf1;ranking;now\n")
    assert prepared.hold(load_study(small.folder))
    (small.codebook / "names.csv").write_text("name\nJansen\n")
    assert not prepared.hold(load_study(small.folder))


def test_tables_hold_for_the_settings_they_were_made_with(small, monkeypatch, tmp_path):
    from dataclasses import replace

    prepare(small)
    assert not prepared.hold(replace(small, settings=small.settings.model_copy(update={"language": "en"})))
    monkeypatch.setattr(prepared, "distributions", list)
    assert not prepared.hold(small)
    monkeypatch.undo()
    assert prepared.hold(small)
    monkeypatch.setattr(kept, "LIBRARY", tmp_path)
    assert not prepared.hold(small)
