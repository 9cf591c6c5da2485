"""Words can be read: 4.5 : 1 against whatever they stand on, by day and by night."""

import pytest

from gridclient.ui import style
from gridclient.ui.style import DAY, NIGHT, Colours

LEAST = 4.5
TONES = ("info", "good", "warn", "bad", "quiet", "violet")


def light(colour: str) -> float:
    """The relative luminance of ``#RRGGBB``, 0 to 1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """How much one colour stands out from the other, 1 to 21."""
    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("now", [DAY, NIGHT], ids=["day", "night"])
def test_words_can_be_read_on_every_ground_of_the_window(now: Colours) -> None:
    grounds = (now.page, now.card, now.field, now.line, now.accent_soft, now.hover)
    pairs = [(ink, ground) for ink in (now.text, now.soft) for ground in grounds]
    pairs += [(now.accent, now.card), (now.accent, now.page), (now.accent_text, now.accent)]
    pairs += [(now.navy_text, now.navy), (now.navy_soft, now.navy), (now.navy_text, now.navy_hover)]

    assert [pair for pair in pairs if contrast(*pair) < LEAST] == []


@pytest.mark.parametrize("now", [DAY, NIGHT], ids=["day", "night"])
def test_the_words_of_a_state_can_be_read_in_its_patch_and_in_a_list(now: Colours) -> None:
    patches = {tone: getattr(now, tone) for tone in TONES}
    grounds = [(tone, ground) for tone in TONES for ground in (patches[tone].back, now.card, now.accent_soft)]

    assert [g for g in grounds if contrast(patches[g[0]].text, g[1]) < LEAST] == []


def test_what_a_blank_asks_for_is_as_dark_as_other_hints(qapp) -> None:
    assert f"placeholder-text-color: {style.colours().soft}" in style.sheet()
