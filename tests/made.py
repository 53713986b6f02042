"""Files of texts, made for the tests: small, whole, each with a bit of everything its format has."""

import io
import zipfile
from email.message import EmailMessage

import docx

CODE, OTHER, SOURCE, USER = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "1234")


def pdf(*pages, leading=14) -> bytes:
    """A PDF of pages, each a list of lines in Helvetica; an empty line is a gap."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]  # fmt: skip
    kids = []
    for lines in pages:
        shown = [b"BT /F1 11 Tf 70 780 Td"]
        for line in lines:
            text = line.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
            shown.append((b"(%s) Tj " % text if line else b"") + b"0 -%d Td" % leading)
        stream = b"\n".join([*shown, b"ET"])
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
                       b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects))  # fmt: skip
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    made, places = bytearray(b"%PDF-1.4\n"), []
    for number, each in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(made))
    return bytes(made + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + tail)


def project_xml(sources="", codes=None, more="", namespace="urn:QDA-XML:project:1.0") -> str:
    codes = codes or f'<Code guid="{CODE}" name="Leren" isCodable="true"><Code guid="{OTHER}" name="Leren" isCodable="true"/></Code>'
    return (
        f'<?xml version="1.0" encoding="utf-8"?><Project xmlns="{namespace}" name="p" origin="NVivo">'
        f'<Users><User guid="{USER}" name="Eva Bos"/></Users><CodeBook><Codes>{codes}</Codes></CodeBook>{more}'
        f"<Sources>{sources}</Sources></Project>"
    )


def selection(start, end, name="", code=CODE, number=0) -> str:
    guid = f"55555555-0000-4000-8000-{number:012d}"
    return (
        f'<PlainTextSelection guid="{guid}" startPosition="{start}" endPosition="{end}" name="{name}">'
        f'<Coding guid="{guid[::-1]}" creatingUser="{{{USER.upper()}}}"><CodeRef targetGUID="{code.upper()}"/></Coding></PlainTextSelection>'
    )


def text_source(inner="", path="internal://a.txt", guid=SOURCE) -> str:
    return f'<TextSource guid="{guid}" name="Gesprek" plainTextPath="{path}">{inner}</TextSource>'


def zipped(files: dict) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return packed.getvalue()


def word() -> bytes:
    document, packed = docx.Document(), io.BytesIO()
    document.add_heading("Gesprek", 1)
    for text in ("Jan: Hoe leren jullie?", "Eva: Samen.", "Jan: Mooi.", "Eva: Ja."):
        paragraph = document.add_paragraph(text)
    document.add_comment(paragraph.runs, text="Nagaan.", author="Onderzoeker")
    document.add_table(1, 2).rows[0].cells[1].text = "cel"
    document.save(packed)
    return packed.getvalue()


def mail(subject="Idee", body="Maak een leerplein.\n\nEn doe het samen.\n", **headers) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "Jan <j@hoorn.nl>", subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    message.add_alternative(f"<p>{body}</p>", subtype="html")
    return message.as_bytes()


def whole() -> dict[str, bytes]:
    """A whole file of each format by its extension."""
    srt = "1\n00:00:01,000 --> 00:00:02,500\n<i>Jan: Hoe?</i>\n\n2\n00:00:02,500 --> 00:00:04,000\nEva: Zo.\n\n3\n00:00:04,000 --> 00:00:05,000\nJan: Ja. Eva: nee\n"
    vtt = "WEBVTT\n\n0:0:0.0 --> 0:0:1.5\n<v Jan>Hoe &amp; wat?</v> <v Eva>Zo.</v>\n\n0:0:1.5 --> 0:0:2.0\n<v Eva>Ja.</v>\n"
    text = "Datum: 1 juni\n\nJan: Hoe leren jullie één?\nEva: Samen.\n\nJan: Mooi.\nEva: Ja.\n"
    codes = f'<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes><Code guid="{CODE}" name="Leren" isCodable="true"><Description>x</Description></Code></Codes></CodeBook>'
    source = "Wij leren 😀\r\nen samen leren wij meer.\r\n"
    project = project_xml(text_source(selection(4, 9, "leren") + selection(17, 22, number=1)))
    return {
        ".docx": word(), ".txt": text.encode(), ".md": text.encode(), ".vtt": vtt.encode(), ".srt": srt.encode(),
        ".eml": mail(), ".mbox": b"".join(b"From j@hoorn.nl Tue Jun  6 10:00:00 2023\n" + mail(f"Idee {n}") + b"\n" for n in (1, 2)),
        ".pdf": pdf(["Verslag", "", "Jan: Hoe leer-", "den jullie?", "Eva: Zo.", "1"], ["Verslag", "", "Jan: Ja.", "Eva: Nee.", "2"]),
        ".qdpx": zipped({"project.qde": project, "Sources/a.txt": source.encode()}), ".qdc": codes.encode(),
    }  # fmt: skip
