"""What a change of a control costs in the explorer, until the charts are drawn in the browser, beside pandas and seaborn. Run by hand:

    python tests/benchmarks/bench_explore.py --respondents 1000 1000000

Of so many respondents the example's municipalities that answered get answers on what matters now and later (averaged within a
municipality, as scores are); from these the library makes the tables of estimates anew. Then a real browser opens the explorer
as a hall's page, and the same changes of measure, grouping and group are made there and, from the answers themselves, by pandas
(a weighted mean and error per theme and group, by groupby) and seaborn (the same six views: ranking, now to later, heat map,
distribution of answers, response, tile map; as PNG). Times are
from the change to the last stroke in the page; of pandas and seaborn to the picture in memory, without a browser's part.
"""

import argparse
import io
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import browser  # noqa: E402
import served  # noqa: E402

from ledanalysis.estimates import SECTOR, reported  # noqa: E402
from ledanalysis.prepare import load_register  # noqa: E402
from ledanalysis.staff import estimate_views  # noqa: E402
from ledanalysis.study import load_study  # noqa: E402
from ledanalysis.tables import read_table, write_tables  # noqa: E402

matplotlib.use("agg")
ROOT = HERE.parents[1]
MEASURES = ("now", "future")
CLUSTERINGS = ("size", "urbanity", SECTOR)
QUIET = 200  # ms without a stroke: then it is drawn
CHANGE = """([selector, value, quiet]) => new Promise((done) => {
  const charts = document.querySelector(".led-charts"), start = performance.now();
  let last = start, timer = null;
  const end = () => { seen.disconnect(); done(last - start); };
  const seen = new MutationObserver(() => requestAnimationFrame(() => { last = performance.now(); clearTimeout(timer); timer = setTimeout(end, quiet); }));
  const roots = [...charts.querySelectorAll("*")].map((each) => each.shadowRoot).filter(Boolean);
  for (const root of roots) seen.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
  timer = setTimeout(end, 5000);
  const select = document.querySelector(selector);
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
})"""


def make_study(folder: Path, respondents: int) -> pd.DataFrame:
    """The example with answers of so many respondents; gives these answers, a row for each: municipality, weight, now_DATA, ..."""
    for name in ("codebook", "raw"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    subprocess.run([sys.executable, "-m", "ledanalysis.cli", "prepare", "--study", folder], check=True, capture_output=True)
    study, chance = load_study(folder), np.random.default_rng(342)
    weights, old = read_table(study, "weights"), read_table(study, "theme_scores")
    of = chance.permutation(np.arange(respondents) % len(weights))
    themes = [row.theme for row in study.tables["themes"]]
    columns = {f"{measure}_{theme}": chance.integers(1, 6, respondents) for measure in MEASURES for theme in themes}
    answers = pd.DataFrame({"municipality": weights["municipality"].to_numpy()[of], "weight": weights["weight"].to_numpy()[of], **columns})
    means = answers.drop(columns="weight").groupby("municipality").mean().sub(1).mul(25)
    long = means.melt(ignore_index=False, value_name="score").reset_index()
    long[["measure", "theme"]] = long.pop("variable").str.split("_", n=1, expand=True).to_numpy()
    now, future = (long[long["measure"] == measure].set_index(["municipality", "theme"])["score"] for measure in MEASURES)
    rise = (future - now).rename("score").reset_index().assign(measure="rise")
    scores = pd.concat([long, rise]).assign(n_valid=1)[list(old)]
    staff = read_table(study, "staff")
    figures, of_staff = estimate_views(scores, weights, reported(load_register(study).clusters, study), staff, study)
    write_tables(study, {"theme_scores": scores, "estimates": figures, "staff_estimates": of_staff, "responses": answers})
    return answers


def changes(folder: Path, count: int) -> list[dict[str, str]]:
    """Choices after each other, each another than the one before in one thing: measure, clustering, cluster."""
    study, chance = load_study(folder), random.Random(342)
    response = read_table(study, "response")
    clusters = {name: list(response.loc[(response["clustering"] == name) & (response["answered"] > 0)].sort_values(["order", "cluster"])["cluster"]) for name in CLUSTERINGS}
    now = {"measure": "now", "clustering": SECTOR, "cluster": "all"}
    found = []
    while len(found) < count:
        name = chance.choice(["measure", "clustering", "cluster"])
        offered = {"measure": list(MEASURES), "clustering": list(CLUSTERINGS), "cluster": clusters[now["clustering"]]}[name]
        value = chance.choice([each for each in offered if each != now[name]] or [""])
        if value:
            now = {**now, name: value} | ({"cluster": clusters[value][0]} if name == "clustering" else {})
            found.append({**now, "changed": name})
    return found


def in_the_browser(folder: Path, asked: list[dict[str, str]]) -> list[float]:
    """Milliseconds of each change, from the event to the last stroke."""
    from ledanalysis.explore.shelf import Shelf

    shelf, times = Shelf(load_study(folder)), []
    with served.hall(folder) as hall, browser.launched() as chromium:
        page = chromium.new_page(viewport={"width": 1500, "height": 1100})
        page.goto(hall.url)
        page.wait_for_selector(".led-charts svg >> visible=true", timeout=60_000)
        page.wait_for_timeout(2000)
        for choice in asked:
            name = choice["changed"]
            offered = {"measure": shelf.measures("units"), "clustering": shelf.clusterings("units"), "cluster": shelf.clusters(choice["clustering"])}[name]
            times.append(page.evaluate(CHANGE, [f".led-{name} select", offered[choice[name]], QUIET]))
    return times


def by_pandas(folder: Path, answers: pd.DataFrame, asked: list[dict[str, str]]) -> list[float]:
    """Milliseconds of each choice, worked out from the answers and drawn anew."""
    study = load_study(folder)
    clusters, units = read_table(study, "clusters"), read_table(study, "units")
    placed = {name: clusters[clusters["clustering"] == name].set_index("municipality")["cluster"] for name in CLUSTERINGS if name != SECTOR}
    times = []
    for choice in asked:
        start = time.perf_counter()
        _draw(choice, answers, placed, units)
        times.append((time.perf_counter() - start) * 1000)
    return times


def _draw(choice: dict[str, str], answers: pd.DataFrame, placed: dict[str, pd.Series], units: pd.DataFrame) -> bytes:
    import matplotlib.pyplot as plt
    import seaborn as sns

    across = choice["clustering"] if choice["clustering"] != SECTOR else "size"
    data = answers.assign(group=answers["municipality"].map(placed[across]))
    inside = data if choice["clustering"] == SECTOR else data[data["group"] == choice["cluster"]]
    now, later = (_means(inside, measure) for measure in MEASURES)
    chosen = now if choice["measure"] == "now" else later
    by_group = {group: _means(part, choice["measure"])["mean"] for group, part in data.groupby("group")}
    figure, axes = plt.subplots(3, 2, figsize=(15, 25))
    order = chosen["mean"].sort_values(ascending=False).index
    sns.pointplot(x=chosen.loc[order, "mean"], y=list(order), linestyle="none", ax=axes[0, 0])
    axes[0, 0].errorbar(chosen.loc[order, "mean"], range(len(order)), xerr=1.96 * chosen.loc[order, "se"], fmt="none")
    both = pd.concat([now.assign(when="now"), later.assign(when="later")]).reset_index(names="theme")
    sns.scatterplot(data=both, x="mean", y="theme", hue="when", ax=axes[0, 1])
    sns.heatmap(pd.DataFrame(by_group), annot=True, fmt=".0f", ax=axes[1, 0])
    taken = answers.drop_duplicates("municipality")["municipality"].map(placed[across]).value_counts()
    sns.barplot(x=taken.to_numpy(), y=list(taken.index), ax=axes[1, 1])
    columns = [name for name in inside if name.startswith(f"{choice['measure']}_")]
    shares = pd.DataFrame({name: np.bincount(inside[name], inside["weight"], 6)[1:] for name in columns}, range(1, 6)).T
    (shares.div(shares.sum(axis=1), axis=0) * 100).plot.barh(stacked=True, ax=axes[2, 0])
    members = set(inside["municipality"])
    part = np.where(units["municipality"].isin(members), np.where(units["answered"], "yes", "no"), "rest")
    sns.scatterplot(x=units["tile_col"], y=-units["tile_row"], hue=part, marker="s", s=80, ax=axes[2, 1])
    paper = io.BytesIO()
    figure.savefig(paper, format="png", dpi=100)
    plt.close(figure)
    return paper.getvalue()


def _means(data: pd.DataFrame, measure: str) -> pd.DataFrame:
    """A weighted mean (0-100) and its error for each theme, over municipalities."""
    columns = [name for name in data if name.startswith(f"{measure}_")]
    each = data.groupby("municipality")[[*columns, "weight"]].mean()
    weights, values = each["weight"].to_numpy()[:, None], (each[columns].to_numpy() - 1) * 25
    mean = (weights * values).sum(axis=0) / weights.sum()
    se = np.sqrt((weights**2 * (values - mean) ** 2).sum(axis=0)) / weights.sum()
    return pd.DataFrame({"mean": mean, "se": se}, [name.split("_", 1)[1] for name in columns])


def told(name: str, times: list[float]) -> tuple[float, float]:
    """Median and 95th percentile, printed."""
    found = statistics.median(times), float(np.percentile(times, 95))
    print(f"  {name:28} median {found[0]:7.0f} ms   95th percentile {found[1]:7.0f} ms", flush=True)
    return found


def main(arguments: list[str] | None = None) -> dict:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--respondents", type=int, nargs="+", default=[1_000, 1_000_000])
    parser.add_argument("--changes", type=int, default=60)
    asked, results = parser.parse_args(arguments), {}
    for respondents in asked.respondents:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "study"
            answers = make_study(folder, respondents)
            wanted = changes(folder, asked.changes)
            print(f"{respondents:,} respondents", flush=True)
            ours, theirs = told("explorer, in the browser", in_the_browser(folder, wanted)), told("pandas and seaborn, PNG", by_pandas(folder, answers, wanted))
            print(f"  times                        median {theirs[0] / ours[0]:7.1f}      95th percentile {theirs[1] / ours[1]:7.1f}", flush=True)
            results[respondents] = {"ours": ours, "theirs": theirs}
    first, last = (results[asked.respondents[place]]["ours"] for place in (0, -1))
    print(f"explorer, {asked.respondents[-1]:,} beside {asked.respondents[0]:,}: median {last[0] / first[0]:.2f} times, 95th percentile {last[1] / first[1]:.2f} times")
    return results


if __name__ == "__main__":
    main()
