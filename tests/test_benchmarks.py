"""The benchmark runs, on a small file: what it says of a large one is for `make bench`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))

import bench_reading  # noqa: E402


def test_it_runs_and_says_what_it_measured(capsys):
    results = bench_reading.main(["--rows", "200", "--columns", "20", "--repeats", "1", "--formats", "csv", "sav"])
    assert list(results) == ["csv", "sav"]
    for found in results.values():
        assert all(found[whose][key] > 0 for whose in ("ours", "theirs") for key in ("seconds", "data")) and found["ours"]["peak"] >= 0
    assert "csv" in (said := capsys.readouterr().out) and "x data" in said


def test_both_read_the_same_survey(tmp_path):
    """What is timed is the same work: as many rows and columns, and the same numbers."""
    for form in ("csv", "sav", "zsav", "xlsx"):
        path = tmp_path / f"survey.{form}"
        bench_reading.write(bench_reading.frame(50, 20), path)
        reader, data = bench_reading.read("ours", path)
        ours = data(reader())
        reader, data = bench_reading.read("theirs", path)
        theirs = data(reader())
        assert ours.shape == theirs.shape == (50, 20)
        assert ours["v6"].round(2).equals(theirs["v6"].astype("float64").round(2)) and ours["v6"].dtype == "float64"
        assert ours["v8"].dtype.kind == "M" and ours["v10"].notna().any()
