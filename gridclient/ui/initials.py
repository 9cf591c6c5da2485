"""First letters of Chinese words, for picking from short lists by keyboard."""

from functools import cache


@cache
def initials(text: str) -> str:
    """``户主`` → ``hz``; Latin letters and digits stand for themselves, in lower case."""
    from pypinyin import Style, lazy_pinyin

    return "".join(
        part[:1] for part in lazy_pinyin(text, style=Style.FIRST_LETTER) if part[:1].isalnum()
    ).lower()
