"""First letters of Chinese words, for picking from short lists by keyboard."""

from functools import cache

from gridclient.rules.names import spoken


@cache
def initials(text: str) -> str:
    """``户主`` → ``hz``; Latin letters and digits stand for themselves, in lower case."""
    return "".join(part[0] for part in spoken(text))
