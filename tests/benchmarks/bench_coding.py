"""Time and memory of coding, beside what pandas and one alternation per theme take for the same text, in one run.

Usage: python tests/benchmarks/bench_coding.py [--megabytes 20] [--patterns 300] [--sizes 1 10 100] [--pandas-share 0.1]

The text is Dutch: sentences of the example study and those labelled by hand, shuffled by a seed into passages of one to
six sentences. The patterns are the codebook's own, an even choice of them. Both others do less than the coder: they count
matches in folded text (`str.count` of pandas, pattern by pattern; one compiled alternation per theme, over all text at
once), know nothing of exclusions, markers or sentences. They run on a share of the text and are scaled up; the coder runs
on all of it. Counts are held to each other where they mean the same: per pattern, what the scan finds and what `str.count`
counts. Sizes run each in a process of its own. Seconds are those of a core (all run on one), so that what else the machine
does weighs little.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENOUGH = {"pandas": 100, "alternation": 20}


def sentences() -> list[str]:
    """Sentences of the example study's texts and of the labelled ones."""
    import pandas as pd

    names = ["fragments", "neutral", "practice", "stories", "webinars"]
    files = [ROOT / "ledanalysis" / "example" / "texts" / f"{name}.csv" for name in names]
    read = [pd.read_csv(file, sep=";", encoding="utf-8-sig")["text"] for file in files]
    for name, column in (("coding_sentences", "text"), ("coding_general", "text")):
        read.append(pd.read_csv(ROOT / "tests" / "cases" / f"{name}.csv", sep=";", encoding="utf-8-sig")[column])
    return [part for text in pd.concat(read) for part in re.split(r"(?<=[.!?]) ", text)]


def passages(megabytes: float):
    """Passages of so many million bytes of UTF-8."""
    import numpy as np
    import pandas as pd

    chance, own = np.random.default_rng(342), sentences()
    sizes = np.array([len(sentence.encode()) + 1 for sentence in own])
    chosen = chance.integers(0, len(own), int(megabytes * 1e6 / sizes.mean()))
    bounds = np.cumsum(chance.integers(1, 7, len(chosen)))
    bounds = [0, *bounds[bounds < len(chosen)].tolist(), len(chosen)]
    chosen = chosen.tolist()
    texts = [" ".join(own[at] for at in chosen[first:last]) for first, last in zip(bounds, bounds[1:])]
    return pd.DataFrame({"source": "a", "municipality": "GM0014", "passage": range(len(texts)), "text": pd.Series(texts, dtype="str")})


def codebook(patterns: int):
    """The codebook with an even choice of so many of its patterns, and the tables it is made of."""
    import pandas as pd

    from ledanalysis.coding import compile_codebook
    from ledanalysis.study import load_study

    study = load_study(ROOT)
    themes, markers = study.frame("themes"), study.frame("markers")
    own = [(row.theme, part) for row in themes.itertuples() for part in row.patterns.split(" | ") if not part.startswith("re:")]
    own = [own[int(at * len(own) / patterns)] for at in range(patterns)]
    chosen = pd.DataFrame(own, columns=["theme", "patterns"]).groupby("theme", sort=False)["patterns"].agg(" | ".join).reset_index()
    return compile_codebook(chosen.merge(themes[["theme", "exclusions"]]), markers)


def timed(call, table):
    """What a call of a table gives, and the seconds of a core it took; without what only the first call takes."""
    call(table.head(50))  # modules, tables of folding, compiled expressions
    begin = time.process_time()
    given = call(table)
    return given, time.process_time() - begin


def compare(megabytes: float, patterns: int, share: float) -> bool:
    """Print the three times and their ratios; whether they are as wanted."""
    import numpy as np

    from ledanalysis.coding import code_passages
    from ledanalysis.coding.folding import fold
    from ledanalysis.coding.scan import make_scanner, scan
    from ledanalysis.coding.sentences import sentence_ends

    sys.path.insert(0, str(ROOT / "tests"))
    from coding_oracle import regex_of

    table, book = passages(megabytes), codebook(patterns)
    size = table["text"].str.encode("utf-8").str.len().sum() / 1e6
    mentions, ours = timed(lambda some: code_passages(some, book), table)
    print(f"{size:.1f} MB, {len(table)} passages, {len(book.patterns)} patterns: coded in {ours:.2f} s, {len(mentions)} mentions")
    part = table["text"].head(int(len(table) * share))
    regexes = [regex_of(pattern.pattern) for pattern in book.patterns]
    counts, pandas_time = timed(lambda some: [int(some.str.count(regex, flags=re.IGNORECASE).sum()) for regex in regexes], part)
    folded = fold(part.tolist())
    found = scan(part.tolist(), folded, sentence_ends(folded), make_scanner([pattern.search for pattern in book.patterns]))
    assert np.bincount(found.search, minlength=len(regexes)).tolist() == counts, "other counts than those of str.count"
    print(f"counts per pattern equal to str.count: {len(counts)} patterns, {sum(counts)} matches")
    by_theme: dict[str, list[str]] = {}
    for pattern, regex in zip(book.patterns, regexes):
        by_theme.setdefault(pattern.theme, []).append(regex)
    alternations = [re.compile("|".join(parts), re.IGNORECASE) for parts in by_theme.values()]
    _, alternation_time = timed(lambda some: _matches(alternations, "\n".join(some)), part)
    good = True
    for name, seconds in (("pandas", pandas_time / share), ("alternation", alternation_time / share)):
        print(f"{name}: {seconds:.1f} s for all of it; {seconds / ours:.0f} times ours, wanted {ENOUGH[name]}")
        good &= seconds / ours >= ENOUGH[name]
    return good


def _matches(expressions: list[re.Pattern], text: str) -> list[int]:
    return [sum(1 for _ in expression.finditer(text)) for expression in expressions]


def one_size(megabytes: float, patterns: int) -> None:
    """Print seconds for one size, and in a second run the most memory that coding held beside passages and mentions."""
    from ledanalysis.coding import code_passages

    book, table = codebook(patterns), passages(megabytes)
    found, seconds = timed(lambda some: code_passages(some, book), table)
    tracemalloc.start()
    again = code_passages(table, book)
    now, most = (figure / 1e6 for figure in tracemalloc.get_traced_memory())
    print(f"{megabytes:6.0f} MB: {seconds:6.2f} s, {seconds / megabytes * 1000:4.0f} ms per MB, {len(found)} mentions;", end=" ")
    print(f"most memory {most:.0f} MB, of which {now:.0f} MB are the {len(again)} mentions")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=20)
    parser.add_argument("--patterns", type=int, default=300)
    parser.add_argument("--sizes", type=float, nargs="*", default=[1, 10, 100])
    parser.add_argument("--pandas-share", type=float, default=0.1)
    parser.add_argument("--one-size", type=float)
    told = parser.parse_args()
    if told.one_size:
        return one_size(told.one_size, told.patterns)
    for size in told.sizes:
        subprocess.run([sys.executable, __file__, "--one-size", str(size), "--patterns", str(told.patterns)], check=True)
    sys.exit(not compare(told.megabytes, told.patterns, told.pandas_share))


if __name__ == "__main__":
    main()
