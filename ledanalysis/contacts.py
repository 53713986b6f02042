"""What leads to a person without naming one: addresses, numbers and accounts in a text, each checked as far as it can be."""

from __future__ import annotations

import re

BETWEEN = r"[\s\-‐‑–.)]{0,3}"  # what people write between the digits of a telephone number
DATE = r"\d{1,2}([\-/.])\d{1,2}\1(?:19|20)\d\d(?!\d)"
YEAR = r"(?:19|20)\d\d"

# how long an account number is in each country of the IBAN registry
IBAN_LENGTHS = {
    country: int(length)
    for line in """15 NO|16 BE|18 DK FK FI FO GL NL SD|19 MK SI|20 AT BA EE KZ LT LU MN XK|21 CH HR LI LV|
        22 BG BH CR DE GB GE IE ME RS VA|23 AE GI IL IQ OM SO TL|24 AD CZ DZ ES MD PK RO SA SE SK TN VG|25 LY PT ST|
        26 IS TR|27 BF BI BJ CF CG CI CM DJ FR GA GR IT KM MC MG ML MR NE SM SN TD TG|28 AL AZ AO BY CY DO GT GW HN HU|
        28 LB MA NI PL SV|29 BR EG PS QA UA|30 JO KW MU YE|31 MT SC|32 LC|33 RU""".split("|")
    for length, *countries in [line.split()]
    for country in countries
}
IBAN = re.compile(r"(?<!\w)(?=([A-Za-z]{2})\d{2}((?:[ .\-\u00a0]?[A-Za-z0-9]){11,31}))")  # what follows is looked at, not taken
BSN = re.compile(
    r"(?P<label>\b(?:bsn|burgerservicenummer|sofi(?:nummer)?|a-nummer)(?:[- ]?n(?:umme)?r\.?)?\s*(?:is|=|:)?\s*)?"
    r"(?<![\w€$.,/+\-])(?<!€ )(?P<number>\d{9}|\d{8}|\d{3}([. \-])\d{3}\3\d{3}|\d{4}([. \-])\d{2}\4\d{3}|\d{2}([. \-])\d{3}\5\d{3}"
    r"|\d{4} \d{4})(?![\w%]|[.,\-/]\d|\s?(?:euro|inwoners|mensen|miljoen|uur|fte)\b)", re.IGNORECASE,
)  # fmt: skip
NO_BSN = re.compile(r"(?:kvk|k\.v\.k\.|kamer van koophandel|eur|euro|€|dossier|zaak|order|factuur|rsin|btw|ean|isbn)[\s\w.\-]{0,12}[:\s]*$", re.IGNORECASE)

# two letters that stand after a number as a word or a unit, and so are no postcode there
WORDS = "aan af ai al bv cm co de di do dr eh el en er eu ex fl ga gb ha he hr ie ik in is it ja je km kb kg kw kV la ma mb me mg mi ml mm mt na no nr nu nv of oh om op or ov po pr re st te tb to tv ton uu va vs wa we wo wv ze zo zz pc px hz vr za ze"
SMALL = frozenset(WORDS.casefold().split())
POSTCODE = re.compile(
    rf"(?<![\w€,.])(?:NL[- ])?(?P<digits>[1-9]\d{{3}})(?P<gap>[ \u00a0]{{0,2}})(?P<letters>[A-Za-z]{{2}})(?![\w&])"
    rf"(?P<number>(?:,?\s*(?:nr\.?\s*|huisnummer\s*)?|-)(?!{YEAR}\b|\d{{4}}\s?[A-Z]{{2}}\b)\d{{1,5}}(?:\s?-\s?\d{{1,3}}\b|\s?-?\s?[A-Za-z](?!\w))?(?![\w.,:]*\d))?"
)

STREET = r"(?:straat|laan|weg|plein|kade|gracht|singel|dijk|hof|steeg|dreef|pad|plantsoen|boulevard|burgwal|markt|wal|baan|park|hoek|donk|erf|akker|veld|ring|allee|straat|str\.|ln\.)"
HOUSE = r"(?:\s?-\s?[A-Za-z0-9]{1,4}|\s?(?:bis|hs|huis|boven|beneden|rood|zwart|I{1,3}|[A-Za-z]))?(?![\w%]|[.,:]\d)"
UNITS = r"(?!\s*(?:uur|jaar|fte|euro|km|keer|procent|mensen|dagen|weken|maanden|meter|punt)\b)"
ADDRESS = re.compile(
    rf"(?<![\w])(?:(?:[A-ZÀ-Þ][\w'’\-]*\.?|van|de|den|der|het|'t)\s){{0,4}}(?:[A-ZÀ-Þ][\w'’\-]*{STREET}|[a-zà-ÿ]{{3,}}(?:straat|laan|plein|kade|gracht|singel|steeg|dreef|plantsoen))"
    rf"\s(?:nr\.?\s*|nummer\s)?(?!{YEAR}\b)\d{{1,4}}{HOUSE}{UNITS}"
    rf"|\b(?:Laan|Weg|Plein|Hof|Kade|Straat|Dreef|Burgemeester|Prins|Prinses|Koningin|Lange|Korte|Oude|Nieuwe)(?:\s(?:van|de|den|der|het|'t|\w*[A-ZÀ-Þ]\w*)){{1,5}}\s(?!{YEAR}\b)\d{{1,4}}{HOUSE}{UNITS}"
)
NO_STREET = re.compile(r"(?:^|\s)(?:leer|groei|loopbaan|loop|stappen|ontwikkel|snel|onder|op|werk|rijks|zij|uit|school|kennis|vak|bij|om|traject|be|arbeids|banen|taal|spring|speel|leef|werkveld|vraag|thema)(?:pad|weg|park|markt|plein|baan|ring|veld|hoek|wal|hof)\s", re.IGNORECASE)
OFFICE = re.compile(r"(?:gemeentehuis|stadhuis|stadskantoor|raadhuis|bezoekadres|provinciehuis)[^.\n]{0,25}$", re.IGNORECASE)

# what it becomes, what a text must hold to be looked at, and the pattern
PATTERNS: list[tuple[str, str, re.Pattern]] = [
    ("profiel", "/", re.compile(
        r"(?:https?://)?(?<![\w-])(?:[\w-]+\.)*(?<![\w-])(?:linkedin|facebook|twitter|instagram|tiktok|threads|github|youtube|bsky|x)\.(?:com|nl|net|app)"
        r"/(?!company|groups|school|share|jobs|feed|watch|events|learning)[^\s,;<>\"')\]]*[^\s,;<>\"')\].?!]", re.IGNORECASE)),
    ("profiel", "/", re.compile(
        r"(?:https?://|www\.)[^\s<>\"')\]]*/(?:medewerkers?|teams?|over-ons|wie-is-wie|people|person|author|auteurs?|profie?le?n?|users?|contact|smoelenboek|in|~)"
        r"[/~]+[^\s,;<>\"')\]]*[^\s,;<>\"')\].?!]", re.IGNORECASE)),
    ("e-mail", "@＠", re.compile(
        r"(?:mailto:\s*)?(?<![\w.+])[\w.+'’\-]{0,80}\w\s?[@＠]\s?(?:[\w\-]+\.)+[a-z]{2,}\b(?:\?\S*)?", re.IGNORECASE)),
    ("e-mail", "[({<", re.compile(
        r"\b[\w.+\-]+\s?[\[({<]\s?(?:at|apenstaartje|a)\s?[\])}>]\s?[\w\-]+(?:(?:\s?[\[({<]\s?(?:dot|punt)\s?[\])}>]\s?|\s(?:dot|punt)\s|\.)[\w\-]+)+", re.IGNORECASE)),
    ("e-mail", " ", re.compile(r"\b[\w.+\-]+(?:\spunt\s[\w\-]+)*\s(?:apenstaartje|at)\s[\w\-]+(?:\s(?:punt|dot)\s[\w\-]+|\.[\w\-]+)*(?:\s(?:punt|dot)\s|\.)(?:nl|com|org|net|eu|be)\b", re.IGNORECASE)),
]  # fmt: skip
TELEPHONES = [
    re.compile(rf"(?<![\w/])(?<!\d[\-.])(?!{DATE})(?:\((?=0\d+\)))?(?:\+\s?31|0031|0){BETWEEN}(?:\(0\){BETWEEN})?[1-9](?:{BETWEEN}\d){{7,8}}(?!\w)"),
    re.compile(rf"(?<![\w/])(?<!\d[\-.])0\d{{1,3}}/\s?\d(?:{BETWEEN}\d){{5,7}}(?!\w)"),
    re.compile(rf"(?<![\w/.,])(?:\+\s?|00)(?!31)[1-9]\d{{0,2}}{BETWEEN}(?:\(0\){BETWEEN})?(?:\d{BETWEEN}){{6,11}}\d(?!\w)"),
    re.compile(r"(?<![\w.,/\-])31\s?6(?:[\s\-]?\d){8}(?!\w)"),
    re.compile(r"\b(?:tel(?:efoon)?(?:n(?:umme)?r)?|mob(?:iel)?|doorkiesnummer|toestel|toestelnummer|whatsapp|app(?: me)?)\b\.?\s*(?:is|op|:)?\s*(?P<number>\d(?:[\s\-.]?\d){3,9})(?![\w,%]|\.\d)", re.IGNORECASE),
]  # fmt: skip
LABELLED = [
    ("personeelsnummer", re.compile(r"\b(?:personeels|medewerkers?|werknemers?|persoons|deelnemers?|employee)[- ]?(?:n(?:umme)?r\b\.?|id\b|number)\s*(?:is|=|:)?\s*#?(?P<number>[A-Za-z]{0,3}-?\d[\d.\-]{2,11}(?<![.\-]))", re.IGNORECASE)),
    ("adres", re.compile(rf"\b(?i:woon|woont|woonde|woonadres|huisadres|adres|verhuisd)\b(?:\s+[a-z]+|:|,){{0,5}}\s+(?P<number>(?:(?:Het|De|'t)\s)?[A-ZÀ-Þ][\w'’\-]+(?:\s[A-ZÀ-Þ][\w'’\-]+){{0,2}}\s(?!{YEAR}\b)\d{{1,4}}{HOUSE})")),
    ("geboortedatum", re.compile(r"\b(?:geboren(?:\s(?:op|te\s\S+))?|geboortedatum|geb\.?(?:datum)?)\s*(?:is|:|op|=)?\s*\(?(?P<number>\d{1,2}[\s\-/.]{1,2}(?:\d{1,2}|[a-z]{3,9})[\s\-/.]{1,2}(?:19|20)?\d\d)(?!\d)", re.IGNORECASE)),
]  # fmt: skip
SURE_HANDLE = re.compile(r"(?<![\w.@/])@(?=[a-z0-9]*_|[a-z0-9]{2,}\b)[A-Za-z_]\w{1,30}\b(?!\.\w)")  # no name as people write one
HANDLE = re.compile(r"(?<![\w.@/])@[A-Za-z_]\w{1,30}\b(?!\.\w)")


def replace_contacts(text: str) -> str:
    """A text with addresses, numbers and accounts of persons replaced by what they were.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        `[e-mail]`, `[telefoon]`, `[iban]`, `[bsn]`, `[postcode]`, `[adres]`, `[profiel]`, `[personeelsnummer]` or
        `[geboortedatum]` in place of what was there. A BSN is 8 or 9 digits that pass the eleven-test, an IBAN what
        passes ISO 7064 mod 97-10 at its country's length; other numbers are left.

    Examples
    --------
    >>> replace_contacts("Bel 06-12345678 of mail jan [at] x.nl; BSN 111222333, niet 123456789.")
    'Bel [telefoon] of mail [e-mail]; BSN [bsn], niet 123456789.'
    >>> replace_contacts("NL91 ABNA 0417 1643 00, Dorpsstraat 12-a, 1234 ab; in 2024 AI")
    '[iban], [adres], [postcode]; in 2024 AI'
    """
    for kind, signs, pattern in PATTERNS:
        if any(sign in text for sign in signs):
            text = pattern.sub(f"[{kind}]", text)
    text = SURE_HANDLE.sub("[profiel]", text) if "@" in text else text
    text = _labelled(text)
    if not any(digit in text for digit in "0123456789"):
        return text
    text = _without_ibans(text)
    for pattern in TELEPHONES:
        text = _put(text, pattern, "telefoon")
    text = BSN.sub(_bsn, text)
    return POSTCODE.sub(_postcode, ADDRESS.sub(_address, text))  # an address before a postcode tells it from a year


def replace_handles(text: str) -> str:
    """A text without the names of accounts ('@jandewit'); after persons were looked for, since '@Jan de Wit' is one.

    Examples
    --------
    >>> replace_handles("Volg @jandewit")
    'Volg [profiel]'
    """
    return HANDLE.sub("[profiel]", text) if "@" in text else text


def _labelled(text: str) -> str:
    for kind, pattern in LABELLED:
        text = _put(text, pattern, kind)
    return text


def _put(text: str, pattern: re.Pattern, kind: str) -> str:
    """Replace the match, or where it has a named number only that: what stood before it stays readable."""
    if "number" not in pattern.groupindex:
        return pattern.sub(f"[{kind}]", text)
    return pattern.sub(lambda found: found[0][: found.start("number") - found.start()] + f"[{kind}]", text)


def is_bsn(number: str) -> bool:
    """Whether 8 or 9 digits pass the eleven-test: 9 a + 8 b + ... + 2 h - i can be divided by 11.

    Examples
    --------
    >>> is_bsn("111222333"), is_bsn("123456789"), is_bsn("000000000")
    (True, False, False)
    """
    digits = [int(digit) for digit in number.zfill(9)]
    total = sum(weight * digit for weight, digit in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), digits, strict=True))
    return total % 11 == 0 and any(digits)


def is_iban(account: str) -> bool:
    """Whether an account number passes ISO 7064 mod 97-10, at the length that its country has.

    Examples
    --------
    >>> is_iban("NL91ABNA0417164300"), is_iban("NL92ABNA0417164300"), is_iban("BE68539007547034")
    (True, False, True)
    """
    account = account.upper()
    if IBAN_LENGTHS.get(account[:2]) != len(account):
        return False
    return int("".join(str(int(letter, 36)) for letter in account[4:] + account[:4])) % 97 == 1


def _without_ibans(text: str) -> str:
    parts, done = [], 0
    for found in IBAN.finditer(text):
        start, length = found.start(), IBAN_LENGTHS.get(found[1].upper(), 0)
        signs = [at for at in range(start, found.end(2)) if text[at].isalnum()][:length]
        if start >= done and len(signs) == length > 0 and is_iban("".join(text[at] for at in signs)):
            parts += [text[done:start], "[iban]"]
            done = signs[-1] + 1
    return "".join([*parts, text[done:]])


def _bsn(found: re.Match) -> str:
    number, digits = found["number"], re.sub(r"\D", "", found["number"])
    labelled = bool(found["label"])
    compact_date = re.fullmatch(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d|[0-3]\d(?:0[1-9]|1[0-2])(?:19|20)\d\d", digits)
    years = re.fullmatch(rf"{YEAR}[ \-]{YEAR}", number)
    no_number = NO_BSN.search(found.string[max(0, found.start() - 30) : found.start()]) or compact_date or years
    loose = re.fullmatch(r"\d{4} \d{4}|\d{2}\D\d{3}\D\d{3}", number)  # as much a telephone number or an amount
    if not is_bsn(digits) or (not labelled and (no_number or loose)):
        return found[0]
    return (found["label"] or "") + "[bsn]"


def _postcode(found: re.Match) -> str:
    around = found.string[: found.start()].endswith(("[adres], ", "[adres] ", "[adres],\n", "[adres]\n"))
    year = re.fullmatch(YEAR, found["digits"]) and found["gap"] and not around
    small = found["letters"].casefold() in SMALL
    lower = found["letters"] != found["letters"].upper()
    number = found["number"]
    plain = bool(number and re.match(r"\s*\d", number))
    if found["letters"].upper() in ("SA", "SD", "SS") or (small and lower):
        return found[0]
    if not number and (year or (small and found["gap"] and found["letters"].upper() in ("HR", "AI", "IT", "EU", "MT", "OR", "FTE"))):
        return found[0]
    if lower and found["gap"] and year and not plain:
        return found[0]
    return "[postcode]"


def _address(found: re.Match) -> str:
    if NO_STREET.search(" " + found[0]) or OFFICE.search(found.string[max(0, found.start() - 45) : found.start()]):
        return found[0]  # a town hall's address is no person's
    return "[adres]"
