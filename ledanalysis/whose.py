"""Whose answers a response is: the municipality that it names, or each of those that a merged service answers for."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ledanalysis.names import match_municipalities, split_municipalities
from ledanalysis.study import Study

TO_DECIDE = ["where", "row", "respondent", "column", "name", "candidates"]


@dataclass(frozen=True)
class Register:
    """The register and what belongs to it: mergers, the analyst's decisions on names, clusters, and names of areas."""

    units: pd.DataFrame
    mergers: pd.DataFrame
    decisions: pd.DataFrame
    clusters: pd.DataFrame
    areas: pd.DataFrame | None = None

    @property
    def spellings(self) -> list[str]:
        """Every name of a municipality as people write it, old ones and ones with a slip among them."""
        several = [self.units[name].dropna().str.split("|").explode() for name in ("aliases", "lookalikes") if name in self.units]
        bare = self.units["label"].str.replace(r"\s*\([^)]*\)\s*$", "", regex=True)
        return pd.concat([self.units["label"], bare, self.mergers["old_label"], *several]).dropna().str.strip().tolist()

    def match(self, names: pd.Series, study: Study) -> pd.DataFrame:
        return match_municipalities(names, *self._known(study))

    def split(self, cells: pd.Series, study: Study) -> pd.DataFrame:
        return split_municipalities(cells, *self._known(study))

    def _known(self, study: Study) -> tuple:
        return self.units, self.mergers, self.decisions, study.settings.name_threshold, self.areas


def place_responses(responses: pd.DataFrame, study: Study, register: Register, first_row: int = 2) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find whose each response is; one for several municipalities stands once for each of them.

    Parameters
    ----------
    responses : DataFrame
        As `delivery.read_responses` gives it, a row per response.
    study : Study
    register : Register
    first_row : int
        The row of the delivery in which the first response stands: 2 below a header.

    Returns
    -------
    placed : DataFrame
        The responses with `municipality` (missing where it could not be decided), `own` and `first`. A response is a
        municipality's own where the question for whom it is (type municipality) was answered with that municipality
        alone; where several stand there, or in an item of type municipalities, it is a service's. `first` marks one
        row of each response, so that responses can be counted.
    undecided : DataFrame
        The cells that could not be decided, as `to_decide` gives them; `row` is that of the delivery.

    Raises
    ------
    InputError
        If a merger or decision names a municipality that is not in the register.
    """
    main = study.items("municipality")[0].item
    columns = {row.item: row.column for row in study.tables["columns"]}
    named = []
    for item in [main, *(item.item for item in study.items("municipalities") if item.item in responses)]:
        found = register.split(responses[item].reset_index(drop=True), study)
        alone = ~found.index.duplicated(keep=False)
        found = found.assign(own=alone & (item == main), column=columns.get(item, item))
        named.append(found if item == main else found[found["how"] != "empty"])
    table = pd.concat(named).rename_axis("at").reset_index()
    table = table.sort_values(["at", "own"], ascending=[True, False], kind="stable")  # own first: it stays where both name one
    respondents = responses["respondent"].to_numpy()[table["at"]]
    open_names = to_decide(table.assign(where=study.settings.survey.file, row=table["at"] + first_row, respondent=respondents))
    table = table[table["municipality"].isna() | ~table.duplicated(["at", "municipality"])]
    whose = {name: table[name].to_numpy() for name in ("municipality", "own")}
    placed = responses.iloc[table["at"].to_numpy()].reset_index(drop=True)
    return placed.assign(**whose, first=~table["at"].duplicated().to_numpy()), open_names


def to_decide(matched: pd.DataFrame) -> pd.DataFrame:
    """The names that an analyst has to decide on, in `decisions.csv`.

    Parameters
    ----------
    matched : DataFrame
        As `match_municipalities` gives it, with where, row, respondent and column: where the name stands.

    Returns
    -------
    DataFrame
        where, row, respondent, column, name, candidates: what is undecided, and names of several municipalities where
        one is asked for.

    Examples
    --------
    >>> place = {"where": "a.csv", "row": [2, 3], "respondent": ["7", "8"], "column": "a1", "candidates": ["", "GM1 | GM2"]}
    >>> matched = pd.DataFrame({"name": ["Hoorn", "Bergen"], "municipality": ["GM0405", None], "how": ["label", "undecided"]})
    >>> to_decide(matched.assign(**place)).values.tolist()
    [['a.csv', 3, '8', 'a1', 'Bergen', 'GM1 | GM2']]
    """
    return matched[matched["how"].isin(["undecided", "several"]) & matched["municipality"].isna()][TO_DECIDE]
