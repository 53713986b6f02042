"""Files that came to harm: ways to damage one, and a process of its own in which they are read, for it may crash or hang.

Run as a program it reads names of files from standard input and answers each with a line of JSON: what became of it.
"""

import hashlib
import io
import json
import random
import re
import select
import subprocess
import sys
import zipfile
from pathlib import Path

SECONDS = 20  # a file that takes longer hangs

# Ways to damage bytes


def cut(content, chance):
    return content[: chance.randrange(len(content))]


def headless(content, chance):
    return content[chance.randrange(1, len(content)) :]


def flipped(content, chance):
    made = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 8, 40])):
        made[chance.randrange(len(made))] = chance.randrange(256)
    return bytes(made)


def bits(content, chance):
    made = bytearray(content)
    for _ in range(chance.choice([1, 1, 3])):
        made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)


def inserted(content, chance):
    at = chance.randrange(len(content))
    new = chance.choice([chance.randbytes(4), b"\0" * 8, b"<!DOCTYPE a>", b"\xff\xfe", b'"', b";", b"\r\n\r\n", b"9" * 30, b"&#xD800;", b"-->"])
    return content[:at] + new + content[at:]


def zeroed(content, chance):
    at, length = chance.randrange(len(content)), chance.choice([1, 8, 64, 512])
    return content[:at] + bytes(len(content[at : at + length])) + content[at + length :]


def swapped(content, chance):
    a, b, c = sorted(chance.randrange(len(content)) for _ in range(3))
    return content[:a] + content[b:c] + content[a:b] + content[c:]


def doubled(content, chance):
    a, b = sorted(chance.randrange(len(content)) for _ in range(2))
    return content[:b] + content[a:b] + content[b:]


def holed(content, chance):
    at, length = chance.randrange(len(content)), chance.choice([1, 2, 8, 64])
    return content[:at] + content[at + length :]


BYTES = (cut, headless, flipped, bits, inserted, zeroed, swapped, doubled, holed)


# Ways to damage what is in an archive, its checksums made anew


def members(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archive_of(files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else None)
    return made.getvalue()


def cut_member(content, chance):
    files = members(content)
    name = chance.choice(sorted(name for name in files if files[name]))
    return archive_of(files | {name: cut(files[name], chance)})


def lost_member(content, chance):
    files = members(content)
    del files[chance.choice(sorted(files))]
    return archive_of(files)


def changed_text(content, chance):
    """Letters and digits of a text in one of the XML parts, as if somebody had typed something else."""
    files = members(content)
    texts = [(name, *found.span()) for name in sorted(files) for found in re.finditer(rb"(?<=>)[^<>&\s]+(?=<)", files[name])]
    if not texts:
        return harmed_member(content, chance)
    name, start, end = chance.choice(texts)
    new = bytes(chance.choice(b"0123456789") if chr(each).isdigit() else each for each in files[name][start:end])
    return archive_of(files | {name: files[name][:start] + new + files[name][end:]})


def harmed_member(content, chance):
    files = members(content)
    name = chance.choice(sorted(name for name in files if files[name]))
    return archive_of(files | {name: chance.choice(BYTES)(files[name], chance)})


ARCHIVE = (cut_member, lost_member, changed_text, harmed_member)


# What becomes of a file


def digest(path: Path) -> dict:
    """What was read, in short: its shape, and a fingerprint of all of it."""
    from ledanalysis import reading

    if path.suffix in (".qdpx", ".qdc"):
        project = reading.read_refi(path)
        texts = project.sources.set_index("source")["text"]
        for row in project.segments.itertuples():
            assert row.text and texts[row.source][row.start : row.end] == row.text
        content = [project.codes, project.sources, project.segments, project.variables]
        shape = [len(project.codes), len(project.sources)]
    elif path.parent.name == "texts":
        passages = reading.read_passages(path)
        assert passages["text"].str.len().min() > 0 and not passages["text"].str.contains("[\0-\x1f\x7f]", regex=True).any()
        assert passages["passage"].tolist() == list(range(1, len(passages) + 1)) and (passages["source"] == path.name).all()
        content, shape = [passages.drop(columns="source")], [len(passages), passages["speaker"].nunique()]
    else:
        survey = reading.read_survey(path)
        assert survey.source.rows == len(survey.data) and list(survey.variables.index) == list(survey.data.columns)
        assert survey.data.columns.is_unique and list(survey.data.index) == list(range(len(survey.data)))
        assert set(survey.user_missing["variable"]) <= set(survey.data) and survey.user_missing["row"].isin(survey.data.index).all()
        assert all(set(each) <= set(survey.data) for each in survey.multiple_response.values())
        content, shape = [survey.data, survey.variables, survey.user_missing], list(survey.data.shape)
    text = "".join(each.to_csv() + str(list(each.dtypes)) for each in content)
    return {"shape": shape, "mark": hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()}


def answer(path: Path) -> dict:
    from ledanalysis.errors import InputError

    try:
        return {"outcome": "read", **digest(path)}
    except InputError as error:
        return {"outcome": "refused", "problem": str(error)}
    except BaseException as error:
        return {"outcome": "crashed", "problem": f"{type(error).__name__}: {error}"}


class Reader:
    """The process that reads files; a new one where one has died or hung."""

    def __init__(self):
        self.process = None

    def __call__(self, path: Path) -> dict:
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self.process.stdin.write(f"{path}\n".encode())
        found, _, _ = select.select([self.process.stdout], [], [], SECONDS)
        line = self.process.stdout.readline() if found else b""
        if line:
            return json.loads(line)
        self.end()
        return {"outcome": "crashed" if found else "hung", "problem": "the process ended" if found else f"more than {SECONDS} s"}

    def end(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process = None


def damaged(content: bytes, number: int, form: str) -> tuple[str, bytes]:
    """The name of a way to damage, and a file damaged so: the same whenever it is asked for."""
    ways = BYTES + (ARCHIVE if content.startswith(b"PK") else ())
    way = ways[number % len(ways)]
    return way.__name__, way(content, random.Random(f"{form} {number}"))


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(answer(Path(line.strip()))), flush=True)
