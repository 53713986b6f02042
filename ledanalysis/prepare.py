"""From deliveries to `data/processed`: every table made once, in the order of the method section."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ledanalysis import cleaning, coding, codings, estimates, handcodes, prepared, privacy, pseudonyms, scales, scoring, shares, staff, staffing, unweighted, weighting
from ledanalysis.actors import code_actors
from ledanalysis.behind import answers_behind
from ledanalysis.changes import wave_tables
from ledanalysis.clusters import assign_clusters, cluster_labels, read_clusters
from ledanalysis.codebook import read_rows
from ledanalysis.delivery import first_row, read_responses
from ledanalysis.errors import InputError
from ledanalysis.mapping import Mapped, unmapped_columns
from ledanalysis.mirrors import mirror_table
from ledanalysis.reading import Survey, read_passages, read_survey
from ledanalysis.register import read_areas, read_decisions, read_mergers, read_register
from ledanalysis.study import Study
from ledanalysis.tables import write_csv, write_tables
from ledanalysis.whose import TO_DECIDE, Register, place_responses, to_decide

WEIGHTS = ["municipality", "respondent", "stratum", "population", "weight"]
NO_MERGERS = pd.DataFrame(columns=["old_code", "old_label", "municipality", "date"], dtype="str")
NO_DECISIONS = pd.DataFrame(columns=["name", "municipality"], dtype="str")
NO_CLUSTERS = pd.DataFrame(columns=["clustering", "value", "cluster", "label_nl", "label_en", "order"], dtype="str")
LISTED = ["source", "row", "file", "kind", "name"]
PASSAGES = ["source", "kind", "municipality", "speaker", "passage", "text"]


@dataclass(frozen=True)
class Deliveries:
    """What came in, read and checked but not yet cleaned; `unmapped` are the columns that columns.csv says nothing about.

    `listed` are the texts that the overview lists: `LISTED`.
    """

    survey: Survey
    mapped: list[Mapped]
    responses: pd.DataFrame
    listed: pd.DataFrame
    passages: pd.DataFrame
    unmapped: pd.DataFrame
    to_decide: pd.DataFrame
    key: pd.DataFrame
    faults: tuple[InputError, ...]


def prepare(study: Study, key: str | Path | None = None) -> dict[str, pd.DataFrame]:
    """Make every table of `data/processed` from the deliveries and the codebook, and write them.

    Parameters
    ----------
    study : Study
    key : path-like, optional
        Where to write the key to the pseudonyms; without it there is none: see `pseudonyms.check_key`.

    Returns
    -------
    dict of str to DataFrame
        The tables by name: responses, answers, passages, mentions, actors, weights, theme_scores, estimates, reliability, staff,
        staff_estimates, unweighted_estimates, answer_shares, mirrors, clusters, units, response, cleaning_log, agreement (of the
        coding, where readers coded by hand); with an earlier wave changes and wave_items.

    Raises
    ------
    InputError
        Anything in the deliveries or the codebook that cannot be used; nothing is written then.
    """
    key = pseudonyms.check_key(key, study) if key else None
    source = prepared.made_from(study)
    register = load_register(study)
    deliveries = read_deliveries(study, register)
    if deliveries.faults:
        raise deliveries.faults[0]
    responses, log, _ = clean(deliveries.responses, study)
    answers = cleaning.to_answers(responses, study)
    weights = weigh(responses, register, study)
    passages = all_passages(deliveries, responses, study)
    book = compile_book(study)
    found = code(passages, book)
    mentions, decided = codings.decide(found, passages, study, book)
    interviews = passages[passages["kind"] == "interview"]
    interviewed = sorted(interviews["municipality"].dropna().unique())
    spoken = mentions[mentions["source"].isin(interviews["source"])]
    scores = scoring.score_themes(answers, spoken, interviewed, study)
    reported = estimates.reported(register.clusters, study)
    staffs = staffing.staff_numbers(answers, weights, register.units, study)
    figures, of_staff = staff.estimate_views(scores, weights, reported, staffs, study)
    behind, shown, known = answers_behind(scores, weights, study), staff.both_views(figures, of_staff), staff.known_clusters(scores, reported, staffs, study)
    of_answered = unweighted.unweighted_estimates(scores, weights, reported, shown, known, behind, study)
    every = pd.concat([known, unweighted.by_count(known, weights)], ignore_index=True)
    distributed = shares.answer_shares(answers, weights, reported, unweighted.all_views(figures, of_staff, of_answered), every, behind, study)
    tables = {
        "responses": responses,
        "answers": answers,
        "passages": passages,
        "mentions": mentions,
        "actors": code_actors(passages, study),
        "weights": weights,
        "theme_scores": scores,
        "reliability": scales.reliability(answers, study),
        "estimates": figures,
        "staff": staffs,
        "staff_estimates": of_staff,
        "unweighted_estimates": of_answered,
        "answer_shares": distributed,
        "mirrors": mirror_table(responses, figures, reported, behind, study),
        **wave_tables(scores, weights, reported, register.clusters, register.units, register.mergers, figures, study),
        "clusters": register.clusters,
        "units": _units(register.units, weights, interviewed),
        "response": _response(register, weights, interviewed),
        "cleaning_log": pd.concat([log, _text_log(deliveries), decided], ignore_index=True),
        "agreement": handcodes.agreement_table(study, passages, found),
    }
    names = [row.name for row in study.tables["names"]]
    unmapped = deliveries.unmapped.map(lambda text: privacy.pseudonymise(text, names, register.spellings))
    with prepared.written(study, source):
        write_tables(study, tables)
        write_csv(study.processed / "to_decide.csv", deliveries.to_decide)
        write_csv(study.processed / "unmapped_columns.csv", unmapped)
    if key:
        pseudonyms.write_key(key, deliveries.key)
    return tables


def load_register(study: Study) -> Register:
    """The study's register with its mergers, decisions and clusters (clustering, cluster, label, order, municipality)."""
    folder = study.codebook
    units = read_register(folder / "register.csv")
    mergers = read_mergers(path, units) if (path := folder / "mergers.csv").exists() else NO_MERGERS
    decisions = read_decisions(path, units) if (path := folder / "decisions.csv").exists() else NO_DECISIONS
    areas = read_areas(path, units) if (path := folder / "areas.csv").exists() else None
    named = read_clusters(path) if (path := folder / "clusters.csv").exists() else NO_CLUSTERS
    assigned = assign_clusters(units, study.frame("clusterings"), named, folder)
    labels = cluster_labels(assigned, named, study.language)
    clusters = assigned.drop(columns="value").merge(labels, on=["clustering", "cluster"])
    return Register(units, mergers, decisions, clusters, areas)


def read_deliveries(study: Study, register: Register) -> Deliveries:
    """Read the survey and the texts, find whose they are, and take persons out of the texts.

    Raises
    ------
    InputError
        A survey that cannot be read, or of which columns.csv says nothing. Other faults, of columns or of single texts, are in `faults`, and what is at fault
        is left out of the rest.
    """
    survey = read_delivery(study)
    responses, mapped, faults = read_responses(survey, study)
    responses, undecided = place_responses(responses, study, register, first_row(survey))
    listed, unreadable = read_overview(study)
    passages, unplaced, more = read_texts(listed, study, register)
    open_names = pd.concat([undecided, unplaced], ignore_index=True)
    told = pseudonyms.clear_deliveries(responses, passages, open_names, study, register.spellings)
    unmapped = _unmapped(survey, mapped)
    faults = (*faults, *unreadable, *more)
    return Deliveries(survey, mapped, told.responses, listed, told.passages, unmapped, told.to_decide, told.key, faults)


def read_delivery(study: Study) -> Survey:
    """The survey's file, read as study.toml says."""
    settings = study.settings.survey
    options = settings.model_dump(exclude={"file"}, exclude_defaults=True)
    if settings.structure:
        options["structure"] = study.raw / settings.structure
    return read_survey(study.raw / settings.file, **options)


def _unmapped(survey: Survey, mapped: list[Mapped]) -> pd.DataFrame:
    """The columns that columns.csv says nothing about: column, label."""
    left = unmapped_columns(mapped, list(survey.data.columns))
    return pd.DataFrame({"column": left, "label": survey.variables.loc[left, "label"].fillna("").tolist()}, dtype="str")


def clean(responses: pd.DataFrame, study: Study) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Apply the codebook's rules; drop what was only needed for them. With the log and the losses: see `cleaning.apply_rules`."""
    cleaned, log, losses = cleaning.apply_rules(responses, study)
    received = int(responses["first"].sum())
    first = [("delivery", received, received, study.text("log_delivery")),
             ("services", received, len(responses), study.text("log_services", units=study.says("units")))]  # fmt: skip
    gone = ["first", *(item.item for item in study.items("municipality", "municipalities", "ranking"))]
    columns = [name for name in cleaned.columns if name not in gone]
    log = pd.concat([pd.DataFrame(first, columns=cleaning.LOG), log], ignore_index=True)
    return cleaned[columns].reset_index(drop=True), log, losses


def weigh(responses: pd.DataFrame, register: Register, study: Study) -> pd.DataFrame:
    """The weight of each municipality that answered: raked to the register's totals; 1 in a census.

    Returns
    -------
    DataFrame
        A row per municipality, for where several answered for it their scores are averaged and it counts once: municipality,
        respondent (of several the one who answered for most municipalities), stratum, population (municipalities in the stratum), weight; where it was raked
        also start (the weight before: population / sample of the stratum) and a column margin_... per margin.

    Raises
    ------
    InputError
        A census in which somebody of the register is lacking; a margin that nobody answered for.
    """
    settings = study.settings
    placed = register.clusters.pivot(index="municipality", columns="clustering", values="cluster")
    placed = placed.reindex(register.units["municipality"])
    everyone = placed.assign(_stratum=placed[settings.strata] if settings.strata else estimates.ALL)
    sample = _one_each(responses).join(everyone, on="municipality")
    sample = sample.assign(stratum=sample["_stratum"], population=sample["_stratum"].map(everyone["_stratum"].value_counts()))
    if settings.sampling == "census":
        lacking = sorted(set(everyone.index) - set(sample["municipality"]))
        if lacking:
            raise InputError("a census, but units of the register gave no answer", file="study.toml", column="sampling",
                             value=lacking[:5], allowed="sampling = \"sample\", or a register without them")  # fmt: skip
        return sample.assign(weight=1.0)[WEIGHTS]
    margins = {name: everyone[name].value_counts().sort_index().to_dict() for name in settings.margins or ["_stratum"]}
    start = sample["population"] / sample.groupby("stratum")["stratum"].transform("size")  # as the strata were drawn
    how = {weighting.START: start, **{weighting.MARGIN + name.strip("_"): sample[name] for name in margins}}
    sample = sample.assign(**how)
    return sample.assign(weight=weighting.rake(sample, margins, weighting.START))[[*WEIGHTS, *how]]


def _one_each(responses: pd.DataFrame) -> pd.DataFrame:
    answered_for = responses.groupby("respondent")["municipality"].transform("nunique")
    largest = answered_for.sort_values(ascending=False, kind="stable").index
    return responses.loc[largest, ["municipality", "respondent"]].drop_duplicates("municipality").sort_index()


def compile_book(study: Study) -> coding.Codebook:
    """The words of a study's themes and markers, ready to be found."""
    return coding.compile_codebook(study.frame("themes"), study.frame("markers"))


def code(passages: pd.DataFrame, book: coding.Codebook) -> pd.DataFrame:
    """The themes in the passages, but for what the interviewers say and what somebody noted in the margin: as the program finds them, whatever readers decided."""
    return coding.code_passages(handcodes.own_passages(passages), book)


def read_texts(listed: pd.DataFrame, study: Study, register: Register) -> tuple[pd.DataFrame, pd.DataFrame, list[InputError]]:
    """The passages of all texts that the overview lists, with kind and municipality; names not decided; and faults."""
    texts = study.settings.texts
    if texts is None:
        return pd.DataFrame(columns=PASSAGES), pd.DataFrame(columns=TO_DECIDE), []
    matched = register.match(listed["name"], study)
    listed = listed.assign(municipality=matched["municipality"].to_numpy())
    parts, faults = [], []
    for row in listed.itertuples():
        try:
            read = read_passages(study.raw / row.file)
        except InputError as fault:
            faults.append(fault)
            continue
        parts.append(read.assign(source=row.source, kind=read["kind"].fillna(row.kind), municipality=row.municipality))
    passages = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=PASSAGES)
    place = {"where": texts.overview, "row": listed["row"], "respondent": "", "column": texts.columns["municipality"]}
    return passages, to_decide(matched.assign(**place)), faults


def read_overview(study: Study) -> tuple[pd.DataFrame, list[InputError]]:
    """The texts that the overview lists: `LISTED`; and what is at fault in others. None in a study without texts."""
    texts = study.settings.texts
    rows, faults = [], []
    for number, row in read_rows(study.raw / texts.overview) if texts else []:
        try:
            rows.append((number, *_overview_row(number, row, texts)))
        except InputError as fault:
            faults.append(fault)
    # a file's name can be somebody's: a text goes by its kind and its row in the overview
    listed = pd.DataFrame([(f"{kind}_{number:03}", number, file, kind, name) for number, file, kind, name in rows], columns=LISTED)
    return listed.astype({"source": "str", "file": "str", "name": "str"}), faults


def _overview_row(number: int, row: dict, texts) -> tuple[str, str, str]:
    name, kind = texts.columns["file"], texts.columns["kind"]
    for column in texts.columns.values():
        if column not in row:
            raise InputError("the overview lacks a column", file=texts.overview, column=column, allowed=list(row))
    if row[kind] not in texts.kinds:
        raise InputError("unknown kind of text", file=texts.overview, row=number, column=kind, value=row[kind],
                         allowed=list(texts.kinds))  # fmt: skip
    if Path(row[name]).is_absolute() or ".." in Path(row[name]).parts:
        raise InputError("a text outside the folder of deliveries", file=texts.overview, row=number, column=name, value=row[name])
    return row[name], texts.kinds[row[kind]], row[texts.columns["municipality"]]


def all_passages(deliveries: Deliveries, responses: pd.DataFrame, study: Study) -> pd.DataFrame:
    """What is read: the texts, and what was written in open questions of the responses that cleaning left."""
    return pd.concat([deliveries.passages, open_answers(responses, study)], ignore_index=True)[PASSAGES]


def open_answers(responses: pd.DataFrame, study: Study) -> pd.DataFrame:
    """What was written in open questions, as passages: one per response that wrote something."""
    items = [item.item for item in study.items("open") if item.item in responses]
    if not items:
        return pd.DataFrame(columns=PASSAGES)
    written = responses.melt(["municipality", "respondent"], items, var_name="source", value_name="text")
    written = written.drop_duplicates(["respondent", "source", "text"])  # a service's answer, once for each municipality
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
