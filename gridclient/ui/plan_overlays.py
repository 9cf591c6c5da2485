"""The ways to colour a building, in the order one chooses them: those of a door's words, and when it was last visited."""

from datetime import date

from gridclient.store.homes import Door
from gridclient.ui import door_words
from gridclient.ui.door_words import Overlay
from gridclient.ui.plan_paint import Mark

STEPS = ((31, "month"), (92, "quarter"), (183, "half"))  # days since, at most


def last_state(door: Door, today: date) -> str:
    """How long ago somebody was met here, or an empty door was found empty."""
    if door.last_effective is None:
        return "never"
    days = (today - door.last_effective).days
    return next((state for most, state in STEPS if days <= most), "long")


LAST_VISIT = Overlay(
    "last",
    "上次走访",
    {
        "month": Mark("good", "●", "一个月内"),
        "quarter": Mark("info", "◕", "三个月内"),
        "half": Mark("violet", "◑", "半年内"),
        "long": Mark("warn", "◔", "半年以上"),
        "never": Mark("bad", "○", "从未走访"),
    },
    last_state,
)
_KNOWN = {overlay.name: overlay for overlay in (*door_words.OVERLAYS, LAST_VISIT)}
OVERLAYS = tuple(_KNOWN[name] for name in ("visit", "last", "complete", "tenure", "party", "care", "waiting"))
