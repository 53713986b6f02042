"""The example's survey as a bureau delivers it: part of the population, with the faults of real deliveries."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat

from ledanalysis.study import Study

RESPONSE = {"lt20": 0.36, "20-50": 0.42, "50-100": 0.52, "gt100": 0.66, "g4": 0.75}
REGION = {"LD01": 1.0, "LD02": 1.15, "LD03": 0.95, "LD04": 0.88}
CREATED = b"01 oct 2309:00:00"  # fixed, so that the same seed gives the same bytes


def draw_respondents(register: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Which municipalities answer: rows of the register, more often the larger ones, and not alike by region."""
    chance = register["size_class"].map(RESPONSE) * register["region"].map(REGION)
    return np.flatnonzero(rng.random(len(register)) < chance.to_numpy())


def share_services(population: pd.DataFrame, register: pd.DataFrame, rows: np.ndarray, services: int = 3):
    """Let some respondents answer for neighbours that did not: their answers become one.

    Returns
    -------
    population : DataFrame
    partners : dict of int to list of int
        Row of the respondent: rows of the municipalities it answers for besides.
    """
    population = population.copy()
    answered, partners = set(rows), {}
    small = register["size_class"].isin(["lt20", "20-50"])
    for row in rows:
        same = register.index[small & (register["corop"] == register.loc[row, "corop"])]
        free = [other for other in same if other not in answered and other != row]
        if small[row] and len(free) >= 2 and len(partners) < services:
            partners[row] = free[:2]
            answered |= set(free[:2])
            columns = population.columns.difference(["municipality", "respondent"])
            population.loc[free[:2], columns] = population.loc[row, columns].to_numpy()
            population.loc[row, "a2_samenwerking"] = 1.0
    return population, partners


def deliver(population, register, rows, partners, answers_open: list[str], study: Study, rng) -> pd.DataFrame:
    """The delivered table: the bureau's columns, in the order in which responses came in, faults and all."""
    chosen = population.iloc[rows].reset_index(drop=True)
    labels = register["label"].to_numpy()
    chosen["a1_gm_code"] = [as_typed(labels[row], number, rng) for number, row in enumerate(rows)]
    chosen["a2_gemeenten"] = ["; ".join(labels[other] for other in partners.get(row, [])) for row in rows]
    chosen["d4_thema_open"] = rng.choice(answers_open, len(chosen))
    chosen["e3_open"] = ""
    chosen["e5_contact"] = [f"hr{number}@voorbeeld.nl" if rng.random() < 0.5 else "" for number in range(len(chosen))]
    chosen["submitted"] = pd.Timestamp("2023-09-04 09:00") + pd.to_timedelta(rng.integers(0, 26 * 1440, len(chosen)), unit="min")
    chosen["duur"], chosen["voortgang"], chosen["kanaal"] = rng.integers(420, 2400, len(chosen)), 100, "web"
    faulty = pd.concat([_faults(chosen, study, rng), _noise(chosen, study, rng)]).sort_values("submitted", kind="stable")
    faulty = faulty.assign(respondent=np.arange(1001, 1001 + len(faulty))).reset_index(drop=True)
    return pd.DataFrame({column.column: _cells(faulty, column, study) for column in study.tables["columns"]})


def as_typed(name: str, number: int, rng: np.random.Generator) -> str:
    """A municipality's name as somebody types it."""
    typed = {"'s-Gravenhage": "Den Haag", "'s-Hertogenbosch": "Den Bosch", "Maashorst": "Uden", "Land van Cuijk": "Boxmeer",
             "Voorne aan Zee": "Hellevoetsluis", "Dijk en Waard": "Heerhugowaard", "Purmerend": "Beemster"}.get(name, name)  # fmt: skip
    way = number % 12
    if way == 5 and len(typed) > 7:
        place = int(rng.integers(2, len(typed) - 2))
        return typed[:place] + typed[place + 1] + typed[place] + typed[place + 2 :]
    forms = {0: f"Gemeente {typed}", 1: typed.lower(), 2: f"gem. {typed}", 3: typed.upper(), 4: f" {typed} ", 6: f"{typed} (gemeente)"}
    return forms.get(way, typed)


def _faults(chosen: pd.DataFrame, study: Study, rng) -> pd.DataFrame:
    """Impossible and lacking answers among good responses."""
    rows = iter(rng.permutation(len(chosen)))
    faulty = chosen.copy()
    variables = study.variables
    for value in (3.0, 99999.0):
        faulty.loc[next(rows), "a4_fte_org"] = value
    for _ in range(4):
        faulty.loc[next(rows), "c3_informeel"] += 10
    for _ in range(3):
        faulty.loc[next(rows), variables.index[variables["item"] == "b2_doelen"]] = 1.0
    for _ in range(2):
        faulty.loc[next(rows), ["d1_DATA", "d2_KLIM"]] = 7.0
    for _ in range(2):
        ranks = faulty.loc[(row := next(rows)), variables.index[variables["item"] == "d3_top5"]]
        faulty.loc[row, ranks.index[ranks == 5.0]] = -1.0  # written below as rank 1 once more
    likert = variables.index[(variables["type"] == "likert") & (variables["asked_if"] == "")]
    lacking = rng.random((len(faulty), len(likert))) < 0.01
    return faulty.assign(**faulty[likert].mask(lacking))


def _noise(chosen: pd.DataFrame, study: Study, rng) -> pd.DataFrame:
    """Responses that are none: tests, previews, unfinished, too fast, double, and without a clear municipality."""
    def some(count, **changes):
        return chosen.iloc[rng.choice(len(chosen), count, replace=False)].assign(**changes)

    late = [name for name in study.variables.index if name[0] in "de" and name in chosen and name[1].isdigit()]
    unfinished = some(9, voortgang=35)
    unfinished[late] = np.nan
    nameless = some(5).assign(a1_gm_code=["Bergen", "Provincie Utrecht", "", "regio Achterhoek", "x"])
    doubles = some(6)
    doubles["submitted"] -= pd.Timedelta(days=1)
    return pd.concat([some(3, kanaal="test"), some(2, kanaal="preview"), some(3, duur=75), unfinished, nameless, doubles])


def _cells(responses: pd.DataFrame, column, study: Study) -> pd.Series:
    item = next(item for item in study.tables["items"] if item.item == column.item)
    if item.type == "multi":
        return responses[f"{column.item}_{column.option}"]
    if item.type != "ranking":
        return responses[column.item]
    cells = pd.Series(np.nan, index=responses.index)
    for option, row in study.options[item.options].items():
        rank = responses[f"{column.item}_{option}"]
        cells = cells.mask(rank == float(column.option), float(row.code))
    if column.option == "5":  # the theme that stands there twice
        first = _cells(responses, column.model_copy(update={"option": "1"}), study)
        twice = (responses.filter(regex=f"^{column.item}_") == -1).any(axis=1)
        cells = cells.mask(twice, first)
    return cells


def write_csv(delivery: pd.DataFrame, path: Path) -> None:
    """As Dutch Excel writes it: `;`, decimal comma, Windows-1252, CRLF, dd-mm-jjjj."""
    dates = {name: delivery[name].dt.strftime("%d-%m-%Y %H:%M") for name in delivery.select_dtypes("datetime")}
    table = delivery.assign(**dates)
    whole = {name: table[name].astype("Int64") for name in table.select_dtypes("float") if (table[name].dropna() % 1 == 0).all()}
    table.assign(**whole).to_csv(path, sep=";", decimal=",", index=False, encoding="cp1252", lineterminator="\r\n")


def write_sav(delivery: pd.DataFrame, path: Path, study: Study) -> None:
    """As a bureau delivers it: labels, user-missing codes and multiple-response sets."""
    columns = {column.column: column for column in study.tables["columns"]}
    items = {item.item: item for item in study.tables["items"]}
    labels, values, missing, sets = {}, {}, {}, {}
    for name, column in columns.items():
        item, options = items[column.item], study.options.get(items[column.item].options, {})
        labels[name] = item.label_nl if item.type != "multi" else options[column.option].label_nl
        if item.type == "multi":
            values[name] = {0: "niet gekozen", 1: "gekozen"}
            sets.setdefault(column.item, (item.label_nl, []))[1].append(name)
        elif options:
            values[name] = {row.code: row.label_nl for row in options.values()}
        codes = [row.code for row in options.values() if getattr(row, "missing", "")]
        if codes and item.type != "multi":
            missing[name] = codes
    pyreadstat.write_sav(delivery, path, file_label="FICTIEVE GEGEVENS", column_labels=labels, row_compress=True,
                         variable_value_labels=values, missing_ranges=missing)  # fmt: skip
    path.write_bytes(with_multiple_response(path.read_bytes(), sets))


def with_multiple_response(sav: bytes, sets: dict[str, tuple[str, list[str]]]) -> bytes:
    """An SPSS file with multiple-response sets (dichotomies, counted value 1) added, and a fixed date of creation.

    pyreadstat reads the sets but does not write them. They are an extension record (type 7, subtype 7) before the
    end of the dictionary; the records are walked to find that end. Source: PSPP, System File Format.
    """
    lines = []
    for name, (label, columns) in sets.items():
        text = label.encode("utf-8")
        lines.append(b"$%s=D1 1 %d %s %s\n" % (name[:40].encode(), len(text), text, " ".join(columns).lower().encode()))
    record = b"".join(lines)
    end = _end_of_dictionary(sav)
    return sav[:92] + CREATED + sav[109:end] + struct.pack("<4i", 7, 7, 1, len(record)) + record + sav[end:]


def _end_of_dictionary(sav: bytes) -> int:
    def number(place: int) -> int:
        return struct.unpack_from("<i", sav, place)[0]

    place = 176
    while (kind := number(place)) != 999:
        if kind == 2:
            label = 4 + (number(place + 32) + 3) // 4 * 4 if number(place + 8) else 0
            place += 32 + label + 8 * abs(number(place + 12))
        elif kind == 3:
            count, place = number(place + 4), place + 8
            for _ in range(count):
                place += 8 + (sav[place + 8] + 8) // 8 * 8
        elif kind == 4:
            place += 8 + 4 * number(place + 4)
        elif kind == 6:
            place += 8 + 80 * number(place + 4)
        else:
            place += 16 + number(place + 8) * number(place + 12)
    return place
