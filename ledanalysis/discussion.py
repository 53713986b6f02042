"""The last pages of a deck: what to talk about, and how it was measured; filled from the cluster's own figures."""

from __future__ import annotations

from ledanalysis import style
from ledanalysis.findings import join_names, shown, together
from ledanalysis.markup import plain
from ledanalysis.pages import Page
from ledanalysis.practices import lower_half
from ledanalysis.tables import read_table


def points(page: Page) -> str:
    """Questions for the meeting (Markdown list), each asked only where the figures give cause."""
    study = page.study
    rise, gap = page.table("rise"), page.table("gap", "theme")
    surely = [shown(table[together(table, study.settings.level)["lower"] > 0]) for table in (rise, gap)]
    causes = dict(zip(("change", "gap"), surely)) | {"stimulate": lower_half(page.table("stimulated", "instrument"))}
    causes = {key: rows["label"] for key, rows in causes.items()}
    asked = [study.text(f"discussion_{key}", names=join_names(names, study)) for key, names in causes.items() if len(names)]
    return "\n".join(f"- {line}" for line in [*asked, study.text("discussion_share"), study.text("discussion_open")])


def method(page: Page) -> str:
    """How the figures were made and how far they carry (Markdown list)."""
    study, settings = page.study, page.study.settings
    population = style.number(len(read_table(study, "units")), 0, study.language)
    labels = [study.label_of(row).lower() for row in study.tables["clusterings"] if row.clustering in settings.margins]
    way = "unweighted" if page.view == "unweighted" and settings.sampling == "sample" else settings.sampling
    return study.text(
        f"method_{way}", units=study.says("units"), source=study.says("source"), population=population,
        margins=join_names(labels, study) if labels else "", level=round(settings.level * 100), min_n=settings.min_n,
    )  # fmt: skip


def contact(page: Page) -> str:
    """Where to go with questions, and where the figures are (Markdown list); empty where study.toml names nobody."""
    study = page.study
    if not study.settings.contact:
        return ""
    lines = [study.text("contact_text", contact=plain(study.settings.contact))]
    return "\n".join([*lines, study.text("contact_more")] if study.settings.mirror else lines)
