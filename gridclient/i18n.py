"""Words: Chinese is the language of the source, a catalogue turns it into another at display time."""

import gettext
from importlib.resources import as_file, files
import os

DOMAIN = "gridclient"
SOURCE = "zh_CN"

_words: list[gettext.NullTranslations] = [gettext.NullTranslations()]


def _(text: str) -> str:
    """``text`` in the language chosen, or as it is written."""
    return _words[0].gettext(text)


def plural(one: str, many: str, n: int) -> str:
    """The form for ``n``; Chinese has one form only."""
    return _words[0].ngettext(one, many, n)


def choose(language: str = "") -> str:
    """Speak ``language`` from now on (empty: what the system asks for); the language that is spoken."""
    wanted = language or os.environ.get("LANGUAGE", "").split(":")[0] or SOURCE
    try:
        with as_file(files("resources") / "locale") as folder:
            _words[0] = gettext.translation(DOMAIN, str(folder), [wanted])
    except FileNotFoundError:
        _words[0] = gettext.NullTranslations()
        return SOURCE
    return wanted
