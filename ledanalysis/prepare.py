"""From deliveries to `data/processed`: every table made once, in the order of the method section."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import pandas as pd

from ledanalysis import cleaning, coding, estimates, privacy, scoring, staff, staffing, weighting
from ledanalysis.changes import wave_tables
from ledanalysis.clusters import assign_clusters, cluster_labels, read_clusters
from ledanalysis.codebook import read_rows
from ledanalysis.delivery import read_responses
from ledanalysis.errors import InputError
from ledanalysis.mapping import map_columns, unmapped_columns
from ledanalysis.names import match_municipalities
from ledanalysis.reading import Survey, read_passages, read_survey
from ledanalysis.register import read_decisions, read_mergers, read_register
from ledanalysis.study import Study
from ledanalysis.tables import write_csv, write_tables

WEIGHTS = ["municipality", "respondent", "stratum", "population", "weight"]
NO_MERGERS = pd.DataFrame(columns=["old_code", "old_label", "municipality", "date"], dtype="str")
NO_DECISIONS = pd.DataFrame(columns=["name", "municipality"], dtype="str")
NO_CLUSTERS = pd.DataFrame(columns=["clustering", "value", "cluster", "label_nl", "label_en", "order"], dtype="str")
PASSAGES = ["source", "kind", "municipality", "speaker", "passage", "text"]


@dataclass(frozen=True)
class Deliveries:
    """What came in, read and checked but not yet cleaned; `unmapped` are the columns that columns.csv says nothing about."""

    survey: Survey
    responses: pd.DataFrame
    passages: pd.DataFrame
    unmapped: pd.DataFrame
    to_decide: pd.DataFrame
    faults: tuple[InputError, ...]


@dataclass(frozen=True)
class Register:
    """The register and what belongs to it: mergers, the analyst's decisions on names, and the clusters."""

    units: pd.DataFrame
    mergers: pd.DataFrame
    decisions: pd.DataFrame
    clusters: pd.DataFrame

    def match(self, names: pd.Series, study: Study) -> pd.DataFrame:
        return match_municipalities(names, self.units, self.mergers, self.decisions, study.settings.name_threshold)


def prepare(study: Study) -> dict[str, pd.DataFrame]:
    """Make every table of `data/processed` from the deliveries and the codebook, and write them.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict of str to DataFrame
        The tables by name: responses, answers, passages, mentions, weights, theme_scores, estimates, staff,
        staff_estimates, clusters, units, response, cleaning_log; with an earlier wave changes and wave_items.

    Raises
    ------
    InputError
        Anything in the deliveries or the codebook that cannot be used; nothing is written then.
    """
    register = load_register(study)
    deliveries = read_deliveries(study, register)
    if deliveries.faults:
        raise deliveries.faults[0]
    responses, log = clean(deliveries.responses, study)
    answers = cleaning.to_answers(responses, study)
    weights = weigh(responses, register, study)
    passages = pd.concat([deliveries.passages, open_answers(responses, study)], ignore_index=True)[PASSAGES]
    mentions = code(passages, study)
    interviews = passages[passages["kind"] == "interview"]
    interviewed = sorted(interviews["municipality"].dropna().unique())
    spoken = mentions[mentions["source"].isin(interviews["source"])]
    scores = scoring.score_themes(answers, spoken, interviewed, study)
    reported = _estimated(register.clusters, study)
    figures = estimates.estimate_clusters(scores, weights, reported, study)
    staffs = staffing.staff_numbers(answers, weights, register.units, study)
    tables = {
        "responses": responses,
        "answers": answers,
        "passages": passages,
        "mentions": mentions,
        "weights": weights,
        "theme_scores": scores,
        "estimates": figures,
        "staff": staffs,
        "staff_estimates": staff.estimate_staff(scores, weights, reported, staffs, figures, study),
        **wave_tables(scores, weights, reported, register.clusters, register.units, register.mergers, figures, study),
        "clusters": register.clusters,
        "units": _units(register.units, weights, interviewed),
        "response": _response(register, weights, interviewed),
        "cleaning_log": pd.concat([log, _text_log(deliveries)], ignore_index=True),
    }
    write_tables(study, tables)
    write_csv(study.processed / "to_decide.csv", deliveries.to_decide)
    write_csv(study.processed / "unmapped_columns.csv", deliveries.unmapped)
    return tables


def _estimated(clusters: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The clusters that figures may be given of: what is not published need not be protected against."""
    names = [row.clustering for row in study.tables["clusterings"] if row.report != "no"]
    return clusters[clusters["clustering"].isin(names)]


def load_register(study: Study) -> Register:
    """The study's register with its mergers, decisions and clusters (clustering, cluster, label, order, municipality)."""
    folder = study.codebook
    units = read_register(folder / "register.csv")
    mergers = read_mergers(path, units) if (path := folder / "mergers.csv").exists() else NO_MERGERS
    decisions = read_decisions(path, units) if (path := folder / "decisions.csv").exists() else NO_DECISIONS
    named = read_clusters(path) if (path := folder / "clusters.csv").exists() else NO_CLUSTERS
    assigned = assign_clusters(units, study.frame("clusterings"), named, folder)
    labels = cluster_labels(assigned, named, study.language)
    return Register(units, mergers, decisions, assigned.drop(columns="value").merge(labels, on=["clustering", "cluster"]))


def read_deliveries(study: Study, register: Register) -> Deliveries:
    """Read the survey and the texts, find whose they are, and take persons out of the texts.

    Raises
    ------
    InputError
        A survey that cannot be read. Other faults, of columns or of single texts, are in `faults`, and what is at fault
        is left out of the rest.
    """
    survey = read_delivery(study)
    responses, faults = read_responses(survey, study)
    responses, undecided = _place(responses, study, register)
    passages, unplaced, more = read_texts(study, register)
    names = [row.name for row in study.tables["names"]]
    for item in study.items("open"):
        if item.item in responses:
            texts = responses[item.item].dropna().astype("str").map(lambda text: unicodedata.normalize("NFC", text))
            responses[item.item] = texts.map(lambda text: privacy.pseudonymise(text, names)).reindex(responses.index)
    to_decide = pd.concat([undecided, unplaced], ignore_index=True)
    passages = privacy.pseudonymise_passages(passages, names, study.settings.texts.interviewers if study.settings.texts else ())
    return Deliveries(survey, responses, passages, _unmapped(survey, study), to_decide, (*faults, *more))


def read_delivery(study: Study) -> Survey:
    """The survey's file, read as study.toml says."""
    settings = study.settings.survey
    return read_survey(study.raw / settings.file, **settings.model_dump(exclude={"file"}, exclude_defaults=True))


def _unmapped(survey: Survey, study: Study) -> pd.DataFrame:
    """The columns that columns.csv says nothing about: column, label."""
    names = list(survey.data.columns)
    mapped, _ = map_columns(study, names, survey.source.name)
    left = unmapped_columns(mapped, names)
    return pd.DataFrame({"column": left, "label": survey.variables.loc[left, "label"].fillna("").tolist()}, dtype="str")


def clean(responses: pd.DataFrame, study: Study) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Apply the codebook's rules; drop what was only needed for them."""
    cleaned, log = cleaning.apply_rules(responses, study)
    received = int(responses["own"].sum())
    first = [("delivery", received, received, study.text("log_delivery")),
             ("services", received, len(responses), study.text("log_services", units=study.says("units")))]  # fmt: skip
    gone = [item.item for item in study.items("municipality", "municipalities", "ranking")]
    columns = [name for name in cleaned.columns if name not in gone]
    return cleaned[columns].reset_index(drop=True), pd.concat([pd.DataFrame(first, columns=cleaning.LOG), log], ignore_index=True)


def weigh(responses: pd.DataFrame, register: Register, study: Study) -> pd.DataFrame:
    """The weight of each municipality that answered: raked to the register's totals; 1 in a census.

    Returns
    -------
    DataFrame
        municipality, respondent, stratum, population (municipalities in the stratum), weight.

    Raises
    ------
    InputError
        A census in which somebody of the register is lacking; a margin that nobody answered for.
    """
    settings = study.settings
    placed = register.clusters.pivot(index="municipality", columns="clustering", values="cluster")
    placed = placed.reindex(register.units["municipality"])
    everyone = placed.assign(_stratum=placed[settings.strata] if settings.strata else estimates.ALL)
    sample = responses[["municipality", "respondent"]].join(everyone, on="municipality")
    sample = sample.assign(stratum=sample["_stratum"], population=sample["_stratum"].map(everyone["_stratum"].value_counts()))
    if settings.sampling == "census":
        lacking = sorted(set(everyone.index) - set(sample["municipality"]))
        if lacking:
            raise InputError("a census, but units of the register gave no answer", file="study.toml", column="sampling",
                             value=lacking[:5], allowed="sampling = \"sample\", or a register without them")  # fmt: skip
        return sample.assign(weight=1.0)[WEIGHTS]
    margins = {name: everyone[name].value_counts().sort_index().to_dict() for name in settings.margins or ["_stratum"]}
    return sample.assign(weight=weighting.rake(sample, margins))[WEIGHTS]


def code(passages: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The themes in the passages, but for what the interviewers say and what somebody noted in the margin."""
    book = coding.compile_codebook(study.frame("themes"), study.frame("markers"))
    own = (passages["speaker"] != privacy.INTERVIEWER) & (passages["kind"] != "comment")
    return coding.code_passages(passages[own], book)


def read_texts(study: Study, register: Register) -> tuple[pd.DataFrame, pd.DataFrame, list[InputError]]:
    """The passages of all texts that the overview lists, with kind and municipality; names not decided; and faults."""
    nothing = pd.DataFrame(columns=PASSAGES), pd.DataFrame(columns=["where", "name", "candidates"])
    texts = study.settings.texts
    if texts is None:
        return *nothing, []
    listed, faults = _overview(study, texts)
    matched = register.match(listed["name"], study)
    listed = listed.assign(municipality=matched["municipality"].to_numpy())
    parts = []
    for row in listed.itertuples():
        try:
            read = read_passages(study.raw / row.file)
        except InputError as fault:
            faults.append(fault)
            continue
        parts.append(read.assign(source=row.file, kind=read["kind"].fillna(row.kind), municipality=row.municipality))
    passages = pd.concat(parts, ignore_index=True) if parts else nothing[0]
    return passages, _undecided(matched, listed["file"]), faults


def _overview(study: Study, texts) -> tuple[pd.DataFrame, list[InputError]]:
    """The overview's rows: file, kind, name."""
    rows, faults = [], []
    for number, row in read_rows(study.raw / texts.overview):
        try:
            rows.append(_overview_row(number, row, texts))
        except InputError as fault:
            faults.append(fault)
    return pd.DataFrame(rows, columns=["file", "kind", "name"], dtype="str"), faults


def _overview_row(number: int, row: dict, texts) -> tuple[str, str, str]:
    name, kind = texts.columns["file"], texts.columns["kind"]
    for column in texts.columns.values():
        if column not in row:
            raise InputError("the overview lacks a column", file=texts.overview, column=column, allowed=list(row))
    if row[kind] not in texts.kinds:
        raise InputError("unknown kind of text", file=texts.overview, row=number, column=kind, value=row[kind],
                         allowed=list(texts.kinds))  # fmt: skip
    return row[name], texts.kinds[row[kind]], row[texts.columns["municipality"]]


def _place(responses: pd.DataFrame, study: Study, register: Register) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add `municipality` and `own`; a merged service's response stands once for each municipality it answers for."""
    item = next(item for item in study.items("municipality"))
    matched = register.match(responses[item.item], study)
    placed = responses.assign(municipality=matched["municipality"].to_numpy(), own=True)
    more = [
        placed.assign(name=placed[other.item].str.split(";")).explode("name").assign(own=False)
        for other in study.items("municipalities") if other.item in placed
    ]  # fmt: skip
    for rows in more:
        rows = rows[rows["name"].fillna("").str.strip() != ""]
        found = register.match(rows["name"], study)
        matched = pd.concat([matched, found])
        placed = pd.concat([placed, rows.drop(columns="name").assign(municipality=found["municipality"].to_numpy())])
    return placed.reset_index(drop=True), _undecided(matched, pd.Series(study.settings.survey.file, index=range(len(matched))))


def _undecided(matched: pd.DataFrame, where: pd.Series) -> pd.DataFrame:
    open_names = (matched["how"] == "undecided").to_numpy()
    table = matched[open_names].assign(where=where.to_numpy()[open_names])
    return table[["where", "name", "candidates"]].drop_duplicates(ignore_index=True)


def open_answers(responses: pd.DataFrame, study: Study) -> pd.DataFrame:
    """What was written in open questions, as passages: one per response that wrote something."""
    items = [item.item for item in study.items("open") if item.item in responses]
    if not items:
        return pd.DataFrame(columns=PASSAGES)
    written = responses[responses["own"]].melt(["municipality", "respondent"], items, var_name="source", value_name="text")
    written = written[written["text"].astype("str").fillna("").str.strip() != ""]
    return written.rename(columns={"respondent": "passage"}).assign(kind="open_answer", speaker=None)


def _units(units: pd.DataFrame, weights: pd.DataFrame, interviewed: list[str]) -> pd.DataFrame:
    """The register with who took part: for the map of the response."""
    return units.assign(answered=units["municipality"].isin(weights["municipality"]),
                        interviewed=units["municipality"].isin(interviewed))  # fmt: skip


def _response(register: Register, weights: pd.DataFrame, interviewed: list[str]) -> pd.DataFrame:
    """Who took part in each cluster: clustering, cluster, label, population, answered, interviewed, percent."""
    clusters = register.clusters
    everyone = register.units[["municipality"]].assign(clustering=estimates.SECTOR, cluster=estimates.ALL, label="", order=0)
    placed = pd.concat([everyone, clusters]).assign(
        answered=lambda t: t["municipality"].isin(weights["municipality"]),
        interviewed=lambda t: t["municipality"].isin(interviewed),
    )
    groups = placed.groupby(["clustering", "order", "cluster", "label"], sort=True, dropna=False)
    table = groups.agg(population=("municipality", "size"), answered=("answered", "sum"), interviewed=("interviewed", "sum")).reset_index()
    return table.assign(percent=table["answered"] / table["population"] * 100)


def _text_log(deliveries: Deliveries) -> pd.DataFrame:
    counts = deliveries.passages.groupby("kind")["source"].agg(["nunique", "size"])
    rows = [(f"{kind}_passages", int(row["size"]), int(row["size"]), f"{int(row['nunique'])}") for kind, row in counts.iterrows()]
    return pd.DataFrame(rows, columns=cleaning.LOG)
