"""What `ledanalysis.coding` must find, by regular expressions alone: pattern by pattern, passage by passage, and slow."""

import re

NEAR = re.compile(r"^(?P<left>.+?) NEAR/(?P<words>\d+) (?P<right>.+)$", re.IGNORECASE)
HYPHEN, APOSTROPHE = "[-‐‑‒–−]", "['’‘`´]"
ABBREVIATION = r"(?<!\w)(?:[^\W\d_](?:\.[^\W\d_])+|bijv|bv|incl|excl|evt|resp|ca|nr|dhr|mevr|mw|dr|drs|ir|mr|prof)\."
SENTENCE = re.compile(rf"(?:{ABBREVIATION}|\w+|[^\w.!?\n]|\.(?=\w))+[.!?\n]*", re.IGNORECASE)
INSIDE = r"[\w\-‐‑‒–−'’‘`´]*"
GAP = r"[^\w.!?\n]+"
WORD = rf"(?:{ABBREVIATION}|\w+(?:\.\w+)*)"


def regex_of(pattern):
    if pattern.startswith("re:"):
        return pattern[3:]
    near = NEAR.match(pattern)
    if not near:
        words = pattern.split()
        if len(words) == 1 and len(pattern.strip("*")) == 3 and pattern.strip("*").isalnum():
            words = [pattern.strip("*")]
        return r"[^\S\n]+".join(map(word_of, words))
    left, right = (r"[^\S\n]+".join(map(word_of, near[side].split())) for side in ("left", "right"))
    between = rf"{GAP}(?:{WORD}{GAP}){{0,{near['words']}}}?"
    return f"(?:{left}{between}{right}|{right}{between}{left})"


def word_of(word):
    inner = INSIDE.join("".join(letter_of(letter) for letter in part) for part in word.strip("*").split("*"))
    left = rf"(?:\w{INSIDE})?" if word.startswith("*") else ""
    right = rf"(?:{INSIDE}\w)?" if word.endswith("*") else ""
    return rf"(?<!\w){left}{inner}{right}(?!\w)"


def letter_of(letter):
    if re.match(HYPHEN, letter):
        return HYPHEN
    return APOSTROPHE if re.match(APOSTROPHE, letter) else re.escape(letter)


def spans(pattern, text):
    return [match.span() for match in re.finditer(regex_of(pattern), text, re.IGNORECASE)]


def mentions(text, themes, exclusions, markers, parents):
    """(theme, horizon, pattern, start, end) in the order of the table; of a denial the whole sentence is meant."""
    kept = {}
    for theme in themes:
        out = [span for pattern in exclusions.get(theme, []) for span in spans(pattern, text)]
        found = [(*span, pattern) for pattern in themes[theme] for span in spans(pattern, text)]
        kept[theme] = longest([f for f in found if not any(s < f[1] and f[0] < e for s, e in out)])
    for theme in list(kept):
        above, seen = parents.get(theme, ""), []
        while above and above not in seen:
            seen.append(above)
            above = parents.get(above, "")
        for parent in seen:
            kept.setdefault((parent, "all"), []).extend(kept[theme])
    order = [pattern for theme in themes for pattern in themes[theme]]
    whole = {theme: longest(sorted([*kept[theme], *kept.get((theme, "all"), [])], key=lambda f: order.index(f[2]))) for theme in themes}
    marked = [(horizon, *span) for horizon, pattern in markers for span in spans(pattern, text)]
    sentences = [match.span() for match in SENTENCE.finditer(text)]
    rows = []
    for theme in themes:
        for start, end, pattern in whole[theme]:
            said = horizon_of(start, end, sentences, marked)
            if said != "none":
                rows.append((theme, said, pattern, start, end))
    return sorted(rows, key=lambda row: (row[3], row[0]))


def longest(found):
    kept = []
    for start, end, pattern in sorted(found, key=lambda f: (f[0] - f[1], f[0])):
        if not any(s < end and start < e for s, e, _ in kept):
            kept.append((start, end, pattern))
    return kept


def horizon_of(start, end, sentences, marked):
    first, last = next(((s, e) for s, e in sentences if s <= start < e), (start, end))
    near = [(max(0, s - end, start - e), horizon) for horizon, s, e in marked if first <= s < last]
    if any(horizon == "none" for _, horizon in near):
        return "none"
    return min(near)[1] if near else "unstated"
