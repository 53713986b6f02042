"""The fast coder against slow regular expressions, on texts and codebooks that nobody thought of."""

import pandas as pd
from coding_oracle import mentions
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledanalysis import coding

WORDS = "leren Leren werkleren leer data DATA metadata ai haai Ai loopbaan zij-instroom zij‑instroom mbo'er mbo’ers één café o.a. bijv. 2.5 d.w.z. nu straks geen de x a-a-a data-data".split()
BETWEEN = st.sampled_from([" ", " ", " ", " ", ", ", ". ", "! ", "-", "'", "’ ", " – ", "\n", ".", "..", "(", " '", "; ", ""])
TEXT = st.lists(st.tuples(st.sampled_from(WORDS), BETWEEN), max_size=14).map(lambda parts: "".join(w + b for w, b in parts))
LITERAL = st.sampled_from(
    "leren leer data ai loopbaan zij-instr mbo'er mbo’er één café instroom werk ren eta a-a a.b d.w.z. 2.5 o.a. nu de x".split()
)


@st.composite
def words(draw, stars=True):
    literal = draw(LITERAL)
    if len(literal) <= 2 or not stars:
        return literal
    within = literal[:2] + "*" + literal[3:] if len(literal) > 3 and draw(st.booleans()) and draw(st.booleans()) else literal
    return draw(st.sampled_from(["", "*"])) + within + draw(st.sampled_from(["", "*"]))


PHRASE = st.lists(words(), min_size=1, max_size=2).map(" ".join)
NEAR = st.tuples(PHRASE, st.integers(0, 3), PHRASE).map(lambda parts: "{} NEAR/{} {}".format(*parts))
REGULAR = st.sampled_from([r"re:\bdata\w*", r"re:d(?:at|e)", r"re:lere?n\b", r"re:x|nu", r"re:[ae]i", r"re:leren?\W+data"])
PATTERN = st.one_of(words(), words(), PHRASE, NEAR, REGULAR)
PATTERNS = st.lists(PATTERN, max_size=4, unique=True)


def mended(pattern):
    """Whether the codebook takes it: stars want three letters in each word."""
    try:
        coding.patterns.compile_pattern(pattern)
    except ValueError:
        return False
    return True


PATTERNS = PATTERNS.map(lambda patterns: [pattern for pattern in patterns if mended(pattern)])
MARKERS = st.lists(st.tuples(st.sampled_from(["now", "future", "none"]), PATTERN.filter(mended)), max_size=4)


def table(theme_patterns, exclusions, parents):
    names = list(theme_patterns)
    cells = {"patterns": theme_patterns, "exclusions": exclusions}
    filled = {column: [" | ".join(cell.get(name, [])) for name in names] for column, cell in cells.items()}
    return pd.DataFrame({"theme": names, "parent": [parents.get(name, "") for name in names], **filled})


@settings(max_examples=1500, deadline=None)
@given(
    st.lists(TEXT, min_size=1, max_size=4),
    st.fixed_dictionaries({"A": PATTERNS, "B": PATTERNS}),
    PATTERNS,
    MARKERS,
    st.sampled_from([{}, {"A": "B"}]),
)
@example(["'leren' a-a-a"], {"A": ["*leren*", "a-a"], "B": []}, [], [], {})
@example(["nu data-data straks"], {"A": ["data*"], "B": ["*data"]}, [], [("future", "straks"), ("now", "nu")], {"A": "B"})
def test_the_coder_finds_what_regular_expressions_find(texts, themes, out, markers, parents):
    markers = [(horizon, pattern) for horizon, pattern in markers if " | " not in pattern]
    frame = pd.DataFrame(markers, columns=["horizon", "pattern"]).assign(scope="sentence")
    book = coding.compile_codebook(table(themes, {"A": out}, parents), frame)
    passages = pd.DataFrame({"source": "a", "municipality": "GM1", "passage": range(len(texts)), "text": texts})
    found = coding.code_passages(passages, book)
    rows = [tuple(row) for row in found[["passage", "theme", "horizon", "pattern", "start", "end"]].to_numpy().tolist()]
    assert rows == [(at, *row) for at, text in enumerate(texts) for row in mentions(text, themes, {"A": out}, markers, parents)]


@settings(max_examples=300, deadline=None)
@given(st.lists(TEXT, max_size=6), PATTERNS, st.integers(1, 40))
def test_how_many_passages_are_looked_at_together_changes_nothing(texts, patterns, size):
    book = coding.compile_codebook(table({"A": patterns}, {}, {}))
    passages = pd.DataFrame({"source": "a", "municipality": "GM1", "passage": range(len(texts)), "text": pd.Series(texts, dtype="str")})
    whole, usual = coding.code_passages(passages, book), coding.CHUNK
    try:
        coding.CHUNK = size
        pd.testing.assert_frame_equal(coding.code_passages(passages, book), whole)
    finally:
        coding.CHUNK = usual
