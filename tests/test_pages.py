"""What a notebook asks of a page: its cluster, its tables, and nothing shown that is suppressed."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from ledanalysis import charts, pages, style
from ledanalysis.errors import InputError
from ledanalysis.prepare import prepare
from ledanalysis.study import load_study

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    for name in ("codebook", "raw"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    prepare(load_study(folder))
    return load_study(folder)


def test_an_empty_cluster_is_the_first_of_its_clustering(study):
    assert pages.open_page(study, "size", "").cluster == "lt20"
    assert pages.open_page(study).cluster == "all"


@pytest.mark.parametrize("clustering, cluster", [("sise", ""), ("size", "20-05")])
def test_an_unknown_cluster_is_named_with_those_that_exist(study, clustering, cluster):
    with pytest.raises(InputError, match="unknown cluster.*allowed: .*size"):
        pages.open_page(study, clustering, cluster)


CHARTS = [
    ("changes", lambda page: page.changes(), charts.change, {}),
    ("now", lambda page: page.table("now"), charts.ranking, {"reference": "sector"}),
    ("apart", lambda page: page.apart("now"), charts.ranking, {"reference": "sector"}),
    ("organised", lambda page: page.table("organised", "instrument"), charts.bars, {}),
]


@pytest.mark.parametrize("make, draw, options", [case[1:] for case in CHARTS], ids=[case[0] for case in CHARTS])
def test_every_cluster_can_be_drawn(study, make, draw, options):
    clusters = pd.read_parquet(study.processed / "response.parquet")[["clustering", "cluster"]]
    for clustering, cluster in clusters[clusters["clustering"] != "corop"].itertuples(index=False):
        table = make(pages.open_page(study, clustering, cluster))
        if len(table):
            assert draw(style.figure()[1], table, **options)


def test_a_suppressed_change_shows_neither_end(study):
    page = pages.open_page(study, "province", "zeeland")
    table = page.changes()
    rise = page.table("rise").set_index("theme")["suppressed"]
    assert rise.any() and table.set_index("theme").loc[rise[rise].index, ["now", "future", "rise", "lower", "upper"]].isna().all(axis=None)
    assert len(table) == 20


def test_themes_and_instruments_are_apart(study):
    page = pages.open_page(study)
    assert len(page.table("organised", "theme")) == 20 and len(page.table("organised", "instrument")) == 22
    assert page.table("organised", "theme")["rank"].max() <= 20
    assert page.table("no_such_measure").empty
