"""The house style as a template: a presentation without slides, its layouts made of named placeholders."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ledanalysis import style
from ledanalysis.slides.powerpoint.drawingml import SPACES

PIXEL = 9525  # EMU: a slide is 1280 by 720 of them, as in deck.css
WIDTH, HEIGHT = 1280 * PIXEL, 720 * PIXEL
THEME = {  # the theme's slots, by what their colour means
    "dk1": "ink", "lt1": "paper", "dk2": "neutral", "lt2": "suppressed", "accent1": "now", "accent2": "future", "accent3": "organise",
    "accent4": "stimulate", "accent5": "highlight", "accent6": "muted", "hlink": "accent", "folHlink": "organise",
}  # fmt: skip
HEADER = {"title": ("title", 0, (66, 50, 1164, 89)), "kicker": ("body", 13, (66, 22, 1164, 28))}
FOOTER = {"footer": ("ftr", 11, (50, 648, 1060, 60)), "slide number": ("sldNum", 12, (1120, 684, 110, 24))}
BODY = (50, 144, 1180, 500)
WORDS = (66, 152, 1148, 478)
LAYOUTS = {  # name: its placeholders, each a type (obj: whatever is put in), an index and a place in pixels
    "title": {"title": ("ctrTitle", 0, (66, 140, 1150, 170)), "subtitle": ("subTitle", 1, (66, 322, 1150, 210)),
              "notice": ("body", 14, (66, 548, 1150, 40)), **FOOTER},
    "figure": {**HEADER, "figure": ("obj", 1, BODY), **FOOTER},
    "text": {**HEADER, "text": ("body", 1, WORDS), **FOOTER},
    "table": {**HEADER, "table": ("obj", 1, WORDS), **FOOTER},
    "columns": {**HEADER, **{f"column {n + 1}": ("body", 21 + n, (66 + 396 * n, 152, 356, 478)) for n in range(3)}, **FOOTER},
    "pairs": {**HEADER, **{f"{side} {n + 1}": ("body", 31 + 2 * n + (side == "right"), (left, 152 + 160 * n, width, 150))
                           for n in range(3) for side, left, width in (("left", 66, 436), ("right", 530, 684))}, **FOOTER},
}  # fmt: skip
SIZES = {"title": 26, "ctrTitle": 40, "subTitle": 22, "body": 20, "obj": 20, "ftr": 12, "sldNum": 12, "kicker": 15, "notice": 18, "pairs": 18, "columns": 18}
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the date of all that is in a file of ours: the same deck gives the same bytes


@cache
def house_template() -> bytes:
    """The template as a .pptx file.

    Examples
    --------
    >>> from pptx import Presentation
    >>> [layout.name for layout in Presentation(BytesIO(house_template())).slide_layouts]
    ['title', 'figure', 'text', 'table', 'columns', 'pairs']
    """
    names = [f"slideLayouts/slideLayout{number}.xml" for number, _ in enumerate(LAYOUTS, 1)]
    parts = {
        "presentation.xml": (_presentation(), "presentationml.presentation.main", ["slideMasters/slideMaster1.xml", "theme/theme1.xml"]),
        "slideMasters/slideMaster1.xml": (_master(), "presentationml.slideMaster", [*names, "theme/theme1.xml"]),
        "theme/theme1.xml": (_theme(), "theme", []),
        **{name: (_layout(layout), "presentationml.slideLayout", ["slideMasters/slideMaster1.xml"]) for name, layout in zip(names, LAYOUTS)},
    }
    files = {"[Content_Types].xml": _content_types(parts), "_rels/.rels": _relations(["ppt/presentation.xml"])}
    for name, (content, _, related) in parts.items():
        files[f"ppt/{name}"] = content
        if related:
            folder, _, file = name.rpartition("/")
            files[f"ppt/{folder}/_rels/{file}.rels".replace("//", "/")] = _relations([f"/ppt/{other}" for other in related])
    return zipped({name: content.encode() for name, content in files.items()})


def zipped(files: dict[str, bytes]) -> bytes:
    """Files in one, in this order and without the day they were made: the same files give the same bytes."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = ZipInfo(name, EPOCH)
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, content)
    return stream.getvalue()


def _content_types(parts) -> str:
    said = "".join(f'<Override PartName="/ppt/{name}" ContentType="{TYPES}.{kind}+xml"/>' for name, (_, kind, _) in parts.items())
    defaults = f'<Default Extension="rels" ContentType="{TYPES.replace(".openxmlformats-officedocument", ".openxmlformats-package.relationships")}+xml"/>'
    return _xml(f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{defaults}'
                f'<Default Extension="xml" ContentType="application/xml"/>{said}</Types>')  # fmt: skip


def _relations(targets) -> str:
    kinds = {"ppt/p": "officeDocument", "/ppt/slideM": "slideMaster", "/ppt/slideL": "slideLayout", "/ppt/t": "theme"}
    kind_of = [next(kind for start, kind in kinds.items() if target.startswith(start)) for target in targets]
    said = "".join(f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
                   for number, (kind, target) in enumerate(zip(kind_of, targets), 1))  # fmt: skip
    return _xml(f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{said}</Relationships>')


def _xml(content: str) -> str:
    return '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + content


def _presentation() -> str:
    return _xml(f'<p:presentation {SPACES}><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>'
                f'<p:sldSz cx="{WIDTH}" cy="{HEIGHT}"/>'
                '<p:notesSz cx="6858000" cy="9144000"/>'
                f"<p:defaultTextStyle>{_level(1, 18, '', 0)}</p:defaultTextStyle></p:presentation>")  # fmt: skip


def _theme() -> str:
    colours = "".join(f'<a:{slot}><a:srgbClr val="{style.colour(name)[1:].upper()}"/></a:{slot}>' for slot, name in THEME.items())
    # a machine without the font takes one of the same family: sans serif, of normal width
    font = f'<a:latin typeface="{style.FAMILY}" panose="020B0503030403020204" pitchFamily="34" charset="0"/><a:ea typeface=""/><a:cs typeface=""/>'
    plain = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="9525">{plain}</a:ln>'
    return _xml(
        f'<a:theme {SPACES} name="ledanalysis"><a:themeElements><a:clrScheme name="ledanalysis">{colours}</a:clrScheme>'
        f'<a:fontScheme name="ledanalysis"><a:majorFont>{font}</a:majorFont><a:minorFont>{font}</a:minorFont></a:fontScheme>'
        f'<a:fmtScheme name="ledanalysis"><a:fillStyleLst>{plain * 3}</a:fillStyleLst><a:lnStyleLst>{line * 3}</a:lnStyleLst>'
        f"<a:effectStyleLst>{'<a:effectStyle><a:effectLst/></a:effectStyle>' * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{plain * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )


def _level(number: int, size: float, bullet: str, indent: float, colour: str = "tx1", bold: bool = False, before: float = 0) -> str:
    left, hanging = round(indent * number * 12700), round(-indent * 12700) if bullet else 0
    mark = f'<a:buClr><a:schemeClr val="accent1"/></a:buClr><a:buFont typeface="Arial"/><a:buChar char="{bullet}"/>' if bullet else "<a:buNone/>"
    weight = ' b="1"' if bold else ""
    return (
        f'<a:lvl{number}pPr marL="{left}" indent="{hanging}" algn="l"><a:spcBef><a:spcPts val="{round(before * 100)}"/></a:spcBef>{mark}'
        f'<a:defRPr sz="{round(size * 100)}"{weight}><a:solidFill><a:schemeClr val="{colour}"/></a:solidFill>'
        f'<a:latin typeface="+mn-lt"/></a:defRPr></a:lvl{number}pPr>'
    )


def _list_style(name: str, kind: str, layout: str) -> str:
    """What letters a placeholder has where they are not the master's."""
    size = SIZES.get(name if kind == "body" else "") or SIZES.get(layout if kind == "body" else "") or SIZES[kind]
    if name in ("kicker", "notice"):
        return _level(1, size, "", 0, "accent1", bold=name == "notice")
    if kind in ("ftr", "sldNum", "subTitle"):
        level = _level(1, size, "", 0, "tx1" if kind == "subTitle" else "accent6")
        return level.replace('algn="l"', 'algn="r"') if kind == "sldNum" else level
    if kind in ("title", "ctrTitle"):
        return _level(1, size, "", 0, bold=True)
    return "".join(_level(number, size, "•", size * 0.9, before=size * 0.3) for number in range(1, 6)) if size != SIZES["body"] else ""


def _placeholder(number: int, name: str, kind: str, index: int, place, layout: str = "") -> str:
    left, top, width, height = (PIXEL * each for each in place)
    anchor = "b" if kind in ("ftr", "sldNum", "ctrTitle") else "t"
    said = "" if kind == "obj" else f' type="{kind}"'
    said += f' idx="{index}"' if index else ""
    said += ' sz="quarter"' if kind in ("ftr", "sldNum") else ""
    words = '<a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr lang="en-GB"/><a:t>‹#›</a:t></a:fld>' if kind == "sldNum" else ""
    words = words or f'<a:r><a:rPr lang="en-GB"/><a:t>{"" if kind == "ftr" else name}</a:t></a:r>'
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph{said}/></p:nvPr></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
        f'<p:txBody><a:bodyPr vert="horz" lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}"><a:noAutofit/></a:bodyPr>'
        f"<a:lstStyle>{_list_style(name, kind, layout)}</a:lstStyle><a:p>{words}</a:p></p:txBody></p:sp>"
    )


def _tree(shapes: str) -> str:
    group = '<a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm>'
    return f'<p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr>{group}</p:grpSpPr>{shapes}</p:spTree>'


def _bar(top: int, height: int) -> str:
    """The coloured line before a title."""
    return (
        '<p:sp><p:nvSpPr><p:cNvPr id="90" name="line"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr>'
        f'<a:xfrm><a:off x="{50 * PIXEL}" y="{top * PIXEL}"/><a:ext cx="{6 * PIXEL}" cy="{height * PIXEL}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:schemeClr val="accent1"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
    )


def _layout(layout: str) -> str:
    shapes = "".join(
        _placeholder(number, name, kind, index, place, layout)
        for number, (name, (kind, index, place)) in enumerate(LAYOUTS[layout].items(), 2)
    )
    bar = _bar(150, 300) if layout == "title" else _bar(24, 112)
    said = f'type="{"title" if layout == "title" else "obj"}" preserve="1"' if layout in ("title", "figure") else 'preserve="1" userDrawn="1"'
    return _xml(f'<p:sldLayout {SPACES} {said}><p:cSld name="{layout}">{_tree(bar + shapes)}</p:cSld>'
                "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>")  # fmt: skip


def _master() -> str:
    places = {"title": ("title", 0, HEADER["title"][2]), "text": ("body", 1, WORDS), **FOOTER}
    shapes = "".join(_placeholder(number, name, kind, index, place) for number, (name, (kind, index, place)) in enumerate(places.items(), 2))
    colours = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2", **{f"accent{n}": f"accent{n}" for n in range(1, 7)}, "hlink": "hlink", "folHlink": "folHlink"}
    size = SIZES["body"]
    words = "".join(_level(number, size, "•", size * 0.9, before=size * 0.3) for number in range(1, 6))
    layouts = "".join(f'<p:sldLayoutId id="{2147483649 + number}" r:id="rId{number + 1}"/>' for number, _ in enumerate(LAYOUTS))
    return _xml(
        f'<p:sldMaster {SPACES}><p:cSld><p:bg><p:bgPr><a:solidFill><a:schemeClr val="bg1"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>{_tree(shapes)}</p:cSld>'
        f"<p:clrMap {' '.join(f'{name}={chr(34)}{slot}{chr(34)}' for name, slot in colours.items())}/><p:sldLayoutIdLst>{layouts}</p:sldLayoutIdLst>"
        f"<p:txStyles><p:titleStyle>{_level(1, SIZES['title'], '', 0, bold=True)}</p:titleStyle><p:bodyStyle>{words}</p:bodyStyle>"
        f"<p:otherStyle>{_level(1, 18, '', 0)}</p:otherStyle></p:txStyles></p:sldMaster>"
    )
