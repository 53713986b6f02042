"""Tables on disk: `data/processed` and `outputs`, each file whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from ledanalysis.errors import InputError
from ledanalysis.study import Study


def write_bytes(path: Path, content: bytes) -> Path:
    """Write a file under a temporary name and move it into place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def write_csv(path: Path, table: pd.DataFrame) -> Path:
    """A table as Excel opens it: `;`, UTF-8 with BOM."""
    return write_bytes(path, table.to_csv(index=False, sep=";", lineterminator="\n").encode("utf-8-sig"))


def write_tables(study: Study, tables: dict[str, pd.DataFrame]) -> list[Path]:
    """Write tables to `data/processed` as parquet; the same tables give the same bytes."""
    return [
        write_bytes(study.processed / f"{name}.parquet", table.to_parquet(index=False, engine="pyarrow"))
        for name, table in tables.items()
    ]


def read_table(study: Study, name: str) -> pd.DataFrame:
    """A table of `data/processed`.

    Raises
    ------
    InputError
        It has not been made yet, or there is no such table.
    """
    path = study.processed / f"{name}.parquet"
    if not path.exists():
        known = sorted(file.stem for file in study.processed.glob("*.parquet"))
        raise InputError("no such table in data/processed", value=name, allowed=known or "nothing yet: run `led prepare`")
    return pd.read_parquet(path)
