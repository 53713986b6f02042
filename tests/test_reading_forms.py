"""Google Forms and Microsoft Forms, in Dutch and English."""

import datetime as dt

import openpyxl
import pandas as pd
import pytest

from ledanalysis import reading
from ledanalysis.errors import InputError


def write(folder, text, name="a.csv"):
    (folder / name).write_bytes(text.encode("utf-8"))
    return folder / name


GOOGLE = (
    '"{when}","Welke gemeente?","Welke vormen? (meer antwoorden)","Cijfer"\n'
    '"2023/06/01 9:05:07 AM GMT+2","Hoorn","Cursus, intern;Werkplek","7"\n'
    '"2023/11/16 12:30:00 p.m. CET","Bergen (NH.)","","8"\n'
)


@pytest.mark.parametrize("when", ["Timestamp", "Tijdstempel"])
def test_google_forms_own_csv(tmp_path, when):
    survey = reading.read_survey(write(tmp_path, GOOGLE.format(when=when)))
    expected = pd.DataFrame({
        when: pd.Series(["2023-06-01 09:05:07", "2023-11-16 12:30:00"], dtype="datetime64[us]"),
        "Welke gemeente?": ["Hoorn", "Bergen (NH.)"],
        "Welke vormen? (meer antwoorden)": pd.Series(["Cursus, intern;Werkplek", None], dtype="str"),
        "Cijfer": [7, 8],
    })  # fmt: skip
    pd.testing.assert_frame_equal(survey.data, expected)
    assert survey.variables["label"].tolist() == list(expected.columns) and survey.source.format == "Google Forms (CSV)"
    tidy = reading.multiple.expand(survey, "Welke vormen? (meer antwoorden)", ["Cursus, intern", "Werkplek", "Boek"]).data
    assert tidy.iloc[0, 2:5].tolist() == [1, 1, 0] and tidy.iloc[1, 2:5].isna().all()


def test_google_sheets_in_dutch(tmp_path):
    text = 'Tijdstempel,"Welke vormen?"\n1-6-2023 9:05:07,"Cursus, intern, Werkplek"\n16-11-2023 12:30:00,Boek\n'
    survey = reading.read_survey(write(tmp_path, text))
    assert survey.data["Tijdstempel"].tolist() == [pd.Timestamp("2023-06-01 09:05:07"), pd.Timestamp("2023-11-16 12:30")]
    tidy = reading.multiple.expand(survey, "Welke vormen?", ["Cursus, intern", "Werkplek", "Boek"]).data
    assert tidy.iloc[:, 1:].values.tolist() == [[1, 1, 0], [0, 0, 1]]


def test_american_dates_stay_texts(tmp_path):
    survey = reading.read_survey(write(tmp_path, "Timestamp,q\n6/1/2023 9:05:07,x\n"))
    assert survey.data["Timestamp"].tolist() == ["6/1/2023 9:05:07"]


def test_a_date_that_is_none(tmp_path):
    with pytest.raises(InputError, match="row 2, column 'Timestamp': no such date: '2023/13/01 9:05:07 AM GMT"):
        reading.read_survey(write(tmp_path, "Timestamp,q\n2023/13/01 9:05:07 AM GMT+2,x\n"))


@pytest.mark.parametrize(
    "header",
    [
        ["ID", "Start time", "Completion time", "Email", "Name", "Last modified time"],
        ["ID", "Begintijd", "Tijd van voltooien", "E-mail", "Naam", "Tijd van laatste wijziging"],
        ["Id", "Begintijd", "Voltooiingstijd", "E-mail", "Naam"],
    ],
)
def test_microsoft_forms(tmp_path, header):
    book = openpyxl.Workbook()
    questions = ["Welke\u00a0vormen?\n", "Cijfer"]
    when = [dt.datetime(2023, 6, 1, 9, 5, 7), dt.datetime(2023, 6, 1, 9, 15)]
    rest = ["anonymous", None, None][: len(header) - 3]
    for row in ([*header, *questions], [1, *when, *rest, "Cursus;Boek, of artikel;", 7], [2, *when, *rest, None, 8]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    survey = reading.read_survey((tmp_path / "a.xlsx").rename(tmp_path / "a.csv"))  # known by its content
    assert survey.source.format == "Microsoft Forms (Excel)" and survey.variables.loc["Cijfer", "label"] == "Cijfer"
    assert survey.data[header[2]].tolist() == [when[1]] * 2 and survey.data["Welke vormen?"].iloc[0] == "Cursus;Boek, of artikel;"
    tidy = reading.multiple.expand(survey, "Welke vormen?", ["Cursus", "Boek, of artikel"]).data
    assert tidy["Welke vormen?: Boek, of artikel"].tolist()[0] == 1 and tidy["Welke vormen?: Cursus"].isna().tolist() == [False, True]
