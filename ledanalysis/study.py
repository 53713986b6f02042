"""A study: a folder with a codebook, deliveries and results. Its codebook is read and checked once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from pydantic import ConfigDict, Field, ValidationError

from ledanalysis import labels, palette
from ledanalysis.codebook import REQUIRED, TABLES, Instrument, Row, Theme, as_input_error, read_table
from ledanalysis.errors import InputError
from ledanalysis.logo import data_uri
from ledanalysis.references import check_answer, check_references, delivered_items

FICTITIOUS = "FICTIEF.md"  # stands in data/raw beside made-up deliveries: every page made from them says so
KINDS = {Theme: "theme", Instrument: "instrument"}


class SurveyFile(Row):
    """The delivery of the survey, and how it is read: the options of `reading.read_survey`."""

    file: str
    sheet: str | None = None
    labels_sheet: str | list[str] | None = None
    header: int | list[int] | None = None
    first_row: int | None = None
    last_row: int | None = None
    group_rows: str | None = None
    blank_ends_group: bool = True
    na_values: list[str] = []
    text_columns: list[str] = []
    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    structure: str | None = None  # beside the delivery in data/raw


class Texts(Row):
    overview: str
    columns: dict[Literal["file", "kind", "municipality"], str]
    kinds: dict[str, Literal["interview", "webinar", "story", "suggestion"]]
    interviewers: list[str] = []
    hand_codes: list[str] = []  # what readers coded, in data/raw: .csv, or REFI-QDA projects


class Previous(Row):
    """An earlier wave: a prepared study's folder, or the folder with its processed tables."""

    folder: Annotated[str, Field(min_length=1)]
    wave: str = ""  # what to call it; by default as its own study.toml does
    strata: str = ""  # the clustering of its strata; by default as its own study.toml says, else that of this study


class Style(Row):
    """A logo, and colours by their meaning: names of `palette.COLOURS`, which `palette.check` looks at."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, str]
    logo: str = ""  # a .png or .svg beside study.toml
    logo_alt_nl: str = ""
    logo_alt_en: str = ""

    @property
    def colours(self) -> dict[str, str]:
        return dict(self.__pydantic_extra__)


class Settings(Row):
    """What `study.toml` says."""

    title_nl: str
    title_en: str = ""
    question_nl: str = ""
    question_en: str = ""
    source_nl: str
    source_en: str = ""
    contact: str = ""
    units_nl: str = "gemeenten"
    units_en: str = "municipalities"
    language: Literal["nl", "en"] = "nl"
    wave: str = ""
    sampling: Literal["sample", "census"] = "sample"
    strata: str = ""
    margins: list[str] = []
    min_n: Annotated[int, Field(ge=1)] = 5
    extreme_n: Annotated[int, Field(ge=1)] = 10
    protection: Annotated[float, Field(gt=0, lt=1)] = 0.2
    dominance: Annotated[float, Field(gt=0, le=1)] = 0.8
    level: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    adjust: Literal["holm", "benjamini_hochberg"] = "holm"
    name_threshold: Annotated[float, Field(ge=50, le=100)] = 86.0
    staff: str = ""
    staff_from: str = ""
    mirror: str = ""  # the answer ("item=option") of who wants a mirror report; without it nobody gets one
    decks: list[Literal["html", "pptx", "report"]] = ["html"]  # the forms in which decks are made: names of `slides.FORMS`
    template: str = ""  # of decks for PowerPoint: a .pptx file in data/codebook; by default our own
    survey: SurveyFile
    texts: Texts | None = None
    previous: Previous | None = None
    style: Style = Style()


@dataclass(frozen=True)
class Study:
    """A study's folder, its settings and its codebook.

    Attributes
    ----------
    folder : Path
        The study's folder.
    settings : Settings
        `data/codebook/study.toml`.
    tables : dict of str to tuple of Row
        The codebook's tables by name ("themes", "items", ...), as typed rows in file order.
    """

    folder: Path
    settings: Settings
    tables: dict[str, tuple[Row, ...]]

    @property
    def codebook(self) -> Path:
        return self.folder / "data" / "codebook"

    @property
    def raw(self) -> Path:
        return self.folder / "data" / "raw"

    @property
    def processed(self) -> Path:
        return self.folder / "data" / "processed"

    @property
    def outputs(self) -> Path:
        return self.folder / "outputs"

    @property
    def notebooks(self) -> Path:
        """The study's own notebooks, or those that come with the library where it has none."""
        own = self.folder / "notebooks"
        return own if own.is_dir() else shipped_notebooks()

    @property
    def language(self) -> str:
        return self.settings.language

    @property
    def fictitious(self) -> bool:
        return (self.raw / FICTITIOUS).exists()

    @cached_property
    def style(self) -> dict:
        """What its decks wear: colours (name of the palette: "#rrggbb"), logo (a data URI; empty without one), logo_alt."""
        said = self.settings.style
        alt = getattr(said, f"logo_alt_{self.language}") or said.logo_alt_nl
        return {"colours": said.colours, "logo": data_uri(self.codebook / said.logo) if said.logo else "", "logo_alt": alt}

    @property
    def notice(self) -> str:
        return labels.text("fictitious", self.language) if self.fictitious else ""

    def in_language(self, language: str) -> Study:
        """The study for readers of a language: its words and labels are in that one. An empty one is its own.

        Raises
        ------
        InputError
            It is none of `labels.LANGUAGES`.
        """
        if language and language not in labels.LANGUAGES:
            raise InputError("no such language", column="language", value=language, allowed=labels.LANGUAGES)
        return replace(self, settings=self.settings.model_copy(update={"language": language})) if language else self

    def says(self, name: str) -> str:
        """A text of `study.toml` ("title", "question", "source", "units") in the study's language."""
        return getattr(self.settings, f"{name}_{self.language}") or getattr(self.settings, f"{name}_nl")

    def text(self, key: str, **values) -> str:
        """The program's own words in the study's language: see `labels.text`."""
        return labels.text(key, self.language, **values)

    @cached_property
    def options(self) -> dict[str, dict[str, Row]]:
        """The options of each set by name, in order; themes and instruments are sets too."""
        return option_sets(self.tables)

    def frame(self, table: str) -> pd.DataFrame:
        """A codebook table as a frame, one column per field."""
        model, _ = TABLES[table]
        return pd.DataFrame([row.model_dump() for row in self.tables[table]], columns=list(model.model_fields))

    def label_of(self, row: Row, short: bool = False) -> str:
        """A codebook row's label in the study's language (the short one where there is one and it is asked for)."""
        names = [f"{kind}_{language}" for language in (self.language, "nl") for kind in ("short", "label")[not short :]]
        return next(text for name in names if (text := getattr(row, name)))

    def measure(self, measure: str) -> Row | None:
        """The codebook's row of a measure; None if this study does not have it."""
        return next((row for row in self.tables["measures"] if row.measure == measure), None)

    @cached_property
    def variables(self) -> pd.DataFrame:
        """The columns of `responses`, indexed by name, with all fields of their item, and option and missing codes.

        A multi-select or ranking item has a variable per option (`c1_stimuleren_coaching`), any other item one.
        """
        rows = [
            {**item.model_dump(), "variable": f"{item.item}_{option}" if option else item.item, "option": option}
            for item in self.tables["items"]
            for option in (self.options[item.options] if item.type in ("multi", "ranking") else [""])
        ]
        return pd.DataFrame(rows).set_index("variable")

    @cached_property
    def at_hand(self) -> dict:
        """What was made of this study's tables and will be asked for again, by a key that says of which making."""
        return {}

    def items(self, *types: str) -> list[Row]:
        """The items of some types, in order."""
        return [item for item in self.tables["items"] if item.type in types]

    @cached_property
    def themes(self) -> pd.DataFrame:
        """What each measure is a measure of: columns measure, theme, kind, label, short, order.

        `theme` is a theme, an instrument, an option, a scale or an item, whichever the measure scores; `kind` says
        which: "theme", "instrument" or "other". Only what is of one kind is compared and ranked together.
        """
        rows = [
            (measure, theme, KINDS.get(type(row), "other"), self.label_of(row), self.label_of(row, short=True))
            for measure, theme, row in _measured(self.tables, self.options)
        ]
        table = pd.DataFrame(rows, columns=["measure", "theme", "kind", "label", "short"])
        return table.drop_duplicates(["measure", "theme"]).assign(order=lambda t: t.groupby("measure").cumcount())


def option_sets(tables: dict[str, tuple[Row, ...]]) -> dict[str, dict[str, Row]]:
    """The sets of options that items choose from: those of options.csv, of instruments.csv, and "themes", of those that were offered."""
    sets: dict[str, dict[str, Row]] = {"themes": {row.theme: row for row in tables["themes"] if row.asked != "no"}}
    for row in tables["instruments"]:
        sets.setdefault(row.options, {})[row.instrument] = row
    for row in tables["options"]:
        sets.setdefault(row.options, {})[row.option] = row
    return sets


def _measured(tables, options):
    """(measure, theme, labelled row) for all that is measured; differences have the themes of both their sides."""
    named = {row.theme: row for row in tables["themes"]} | {row.instrument: row for row in tables["instruments"]}
    items = {row.item: row for row in tables["items"]}
    direct = [
        (item.measure, theme, row)
        for item in tables["items"]
        if item.measure
        for theme, row in (
            [(key, row) for key, row in options[item.options].items() if not getattr(row, "missing", "")]
            if item.type in ("single", "multi", "ranking")
            else [(item.theme, named.get(item.theme) or items[item.theme])]
        )
    ]
    direct += [(m.measure, theme, row) for m in tables["measures"] if m.kind == "items" and m.first
               for measure, theme, row in direct if measure == m.first]  # fmt: skip
    direct += [(scale.measure, scale.scale, scale) for scale in tables["scales"]]
    direct += [(m.measure, t.theme, t) for m in tables["measures"] if m.kind == "mentions" for t in tables["themes"]]
    found = {(measure, theme) for measure, theme, _ in direct}
    derived = [
        (m.measure, theme, row)
        for m in tables["measures"] if m.kind == "difference"
        for measure, theme, row in direct if measure == m.first and (m.second, theme) in found
    ]  # fmt: skip
    return direct + derived


def shipped_notebooks() -> Path:
    """The notebooks that come with the library: beside the package in a checkout, in it when installed."""
    package = Path(__file__).resolve().parent
    inside = package / "notebooks"
    return inside if inside.is_dir() else package.parent / "notebooks"


def default_folder() -> Path:
    """The study to work on when none is named: the nearest folder upwards that has a codebook, else the checkout."""
    here = Path.cwd().resolve()
    candidates = [here, *here.parents, Path(__file__).resolve().parent.parent]
    for folder in candidates:
        if (folder / "data" / "codebook" / "study.toml").exists():
            return folder
    raise InputError("no study here: no data/codebook/study.toml in this folder or above", file=here)


def load_study(folder: str | Path | None = None) -> Study:
    """Read and check a study's codebook.

    Parameters
    ----------
    folder : path-like, optional
        The study's folder; by default the one that the working directory is in.

    Returns
    -------
    Study

    Raises
    ------
    InputError
        With file, row, column, value and what is allowed.

    Examples
    --------
    >>> study = load_study()
    >>> len(study.tables["themes"])
    20
    """
    folder = Path(folder).resolve() if folder else default_folder()
    codebook = folder / "data" / "codebook"
    settings = _read_settings(codebook / "study.toml")
    tables = {}
    for name, (model, unique) in TABLES.items():
        path = codebook / f"{name}.csv"
        wanted = name in REQUIRED or path.exists()
        tables[name] = read_table(path, model, unique) if wanted else ()
    check_references(tables, option_sets(tables))
    _check_settings(settings, tables)
    study = Study(folder, settings, tables)
    _check_style(study)
    _check_kept(study)
    return study


def _read_settings(path: Path) -> Settings:
    try:
        return Settings(**tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except FileNotFoundError:
        raise InputError("a study needs this file", file=path) from None
    except UnicodeDecodeError:
        raise InputError("not UTF-8; save it as UTF-8", file=path.name) from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"not readable as TOML: {error}", file=path.name) from None
    except ValidationError as error:
        place = error.errors()[0]["loc"]
        part = {"survey": SurveyFile, "texts": Texts, "previous": Previous, "style": Style}.get(place[0], Settings) if len(place) > 1 else Settings
        raise as_input_error(error, path.name, None, part) from None


def _check_style(study: Study) -> None:
    palette.check(study.style["colours"])
    if study.style["logo"] and not study.style["logo_alt"]:
        raise InputError("a logo needs words for who cannot see it", file="study.toml", column=f"style.logo_alt_{study.language}",
                         value="", allowed="the organisation's name")  # fmt: skip


def _check_kept(study: Study) -> None:
    """A kept view names what its measure is of: of another theme its slide would be an empty one."""
    for row in study.tables["findings"]:
        known = study.themes.loc[study.themes["measure"] == row.measure, "theme"].tolist()
        for theme in row.only:
            if theme not in known:
                raise InputError(f"not in '{row.measure}'", file="findings.csv", row=row._line, column="themes", value=theme, allowed=known)


def _check_settings(settings: Settings, tables) -> None:
    clusterings = {row.clustering for row in tables["clusterings"]}
    for name in ("file", "kind", "municipality"):
        if settings.texts and name not in settings.texts.columns:
            raise InputError("the overview needs a column for it", file="study.toml", column="texts.columns", value=name,
                             allowed=f'{name} = "the column\'s name"')  # fmt: skip
    for name, values in (("strata", [settings.strata] if settings.strata else []), ("margins", settings.margins)):
        for value in values:
            if value not in clusterings:
                raise InputError("no such clustering", file="study.toml", column=name, value=value,
                                 allowed=sorted(clusterings))  # fmt: skip
    if settings.mirror:
        chosen = {row.item: row for row in tables["items"] if row.type in ("single", "multi")}
        place = dict(file="study.toml", column="mirror")
        check_answer(settings.mirror, chosen, option_sets(tables), **place)
        if tables["columns"] and settings.mirror.partition("=")[0] not in delivered_items(tables):
            raise InputError("columns.csv has no column of this item", value=settings.mirror, **place)
    numbers = [row.item for row in tables["items"] if row.type == "number"]
    if settings.staff and settings.staff not in numbers:
        raise InputError("no such item of the type number", file="study.toml", column="staff", value=settings.staff, allowed=numbers)
    for row in tables["measures"]:
        if row.views == "both" and (row.kind not in ("items", "scale") or row.statistic == "median"):
            raise InputError("only means and shares of what the survey asked have a staff view", file="measures.csv",
                             row=row._line, column="views", value=row.views, allowed=["", "units"])  # fmt: skip
        if row.statistic == "median" and settings.sampling != "census":
            raise InputError("a median has no error here, so it is for a census only", file="measures.csv", row=row._line,
                             column="statistic", value=row.statistic, allowed=["mean", "share"])  # fmt: skip
