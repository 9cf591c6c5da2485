"""Single values between people and the store: what is typed becomes a value, a value becomes words on a screen.

Tolerant in what it accepts (full-width digits, stray blanks, any middle dot), strict in what it gives back. Pure.
"""

from datetime import date, datetime
import re
import unicodedata

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"))
BLANKS = re.compile(r"[\s\u00a0\u3000\u2000-\u200a\u202f\u205f]+")
DOTS = re.compile(r"[・‧•∙⋅･．\u2022\u0387\u16eb\u2027\u30fb]")  # noqa: RUF001 - every middle dot in use
HAN = "\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
BETWEEN_HAN = re.compile(rf"(?<=[{HAN}·])\s+(?=[{HAN}·])")
POINT_IN_HAN = re.compile(rf"(?<=[{HAN}])\.(?=[{HAN}])")
DAY_PARTS = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")
MONTH_PARTS = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*月?")


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as their ordinary forms; Chinese punctuation stays."""
    return "".join(
        chr(ord(c) - 0xFEE0) if "！" <= c <= "～" and c not in "，：；！？（）" else c  # noqa: RUF001
        for c in text
    )


def tidy(text: str) -> str:
    """One line without invisible characters, with single blanks and none at the ends."""
    return BLANKS.sub(" ", text.translate(INVISIBLE)).strip()


def tidy_name(text: str) -> str:
    """A person's name: one form of the middle dot, no blanks between Chinese characters, Latin blanks kept.

    Nothing is cut and nothing refused: names may have fifty characters and lie beyond the BMP.
    """
    plain = tidy(unicodedata.normalize("NFC", text))
    plain = "".join(half_width(c) if c.isascii() or "Ａ" <= c <= "ｚ" else c for c in plain)  # noqa: RUF001
    dotted = POINT_IN_HAN.sub("·", DOTS.sub("·", plain))
    return BETWEEN_HAN.sub("", re.sub(r"\s*·\s*", "·", dotted))


def tidy_id(text: str) -> str:
    """An identity number: no blanks, no apostrophe, ordinary digits, capital X."""
    return re.sub(r"[\s'’‘`\"]", "", half_width(tidy(text))).upper()


def tidy_phone(text: str) -> str:
    """A telephone number without blanks, strokes or the country's code; 0xx-numbers keep their dash."""
    plain = re.sub(r"[\s'’`]", "", half_width(tidy(text)))
    plain = re.sub(r"^(\+|00)86-?", "", plain)
    digits = re.sub(r"[-–—]", "", plain)
    return digits if re.fullmatch(r"1\d{10}", digits) else plain


def phones_in(text: str) -> list[str]:
    """Every number in one cell: people separate them by comma, slash, 、 or blanks."""
    parts = re.split(r"[,，、;；/／|]|\s{1,}(?=\+?\d{7,})", half_width(tidy(text)))  # noqa: RUF001
    return [phone for part in parts if (phone := tidy_phone(part))]


def day_of(text: str) -> date | None:
    """A whole day in any of the usual Chinese spellings (2008-08-08, 2008.8.8, 20080808, 2008年8月8日); None if not one."""
    plain = half_width(tidy(text))
    match = DAY_PARTS.fullmatch(plain) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", plain)
    return date_of(*map(int, match.groups())) if match else None


def month_of(text: str) -> str | None:
    """A month as ``YYYY-MM`` from 1972-08, 1972.8, 197208 or 1972年8月; a whole day gives its month."""
    plain = half_width(tidy(text))
    match = MONTH_PARTS.fullmatch(plain) or re.fullmatch(r"(\d{4})(\d{2})", plain)
    if match is None:
        whole = day_of(plain)
        return f"{whole:%Y-%m}" if whole else None
    year, month = map(int, match.groups())
    return f"{year:04d}-{month:02d}" if 1 <= month <= 12 else None


def moment_of(text: str) -> datetime | None:
    """A day with hours and minutes (2026-09-01 09:10); a day alone is its midnight."""
    plain = half_width(tidy(text)).replace("T", " ")
    match = re.fullmatch(r"(.+?)(?:\s+|(?<=日))(\d{1,2})[::时](\d{1,2})(?:[::分]\d{0,2})?分?", plain)
    whole = day_of(match.group(1) if match else plain)
    if whole is None:
        return None
    hour, minute = (int(match.group(2)), int(match.group(3))) if match else (0, 0)
    if hour > 23 or minute > 59:
        return None
    return datetime(whole.year, whole.month, whole.day, hour, minute)  # noqa: DTZ001 - local time, as on paper


def masked_id(text: str) -> str:
    """``519901200104213386`` → ``519901********3386``; anything shorter keeps two characters at each end."""
    if len(text) == 18:
        return f"{text[:6]}********{text[-4:]}"
    return text[:2] + "*" * max(0, len(text) - 4) + text[-2:] if len(text) > 4 else "*" * len(text)


def masked_phone(text: str) -> str:
    """``13812348888`` → ``138****8888``."""
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 11 else "*" * max(0, len(text) - 2) + text[-2:]


def masked_name(text: str) -> str:
    """``李小明`` → ``李*明``, ``李明`` → ``李*``: the form for public notices."""
    if len(text) < 2:
        return text
    return text[0] + "*" if len(text) == 2 else text[0] + "*" * (len(text) - 2) + text[-1]


def date_of(year: int, month: int, day: int) -> date | None:
    """The day; None when there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
