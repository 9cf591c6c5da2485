"""What the window can be told: a message, that it is busy, how it stands towards the centre."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gridclient.errors import GridError
from sync.errors import Removal


class Cancelled(GridError):
    """Somebody pressed 取消; what was under way has been rolled back."""

    def __init__(self) -> None:
        super().__init__("已取消")


class Tone(StrEnum):
    """How a message sounds; each has its own icon, colour and word."""

    INFO = "info"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Message:
    """One line above the page: what happened, what to do about it, and how it sounds."""

    title: str
    advice: str = ""
    tone: Tone = Tone.INFO


@dataclass(frozen=True)
class Busy:
    """Work under way off the window's thread; ``total`` is 0 while nobody knows how much there is."""

    text: str = ""
    done: int = 0
    total: int = 0
    cancellable: bool = False

    @property
    def idle(self) -> bool:
        """True when nothing is under way."""
        return not self.text


class Shut(StrEnum):
    """Why the centre does not let this laptop in, if it does not."""

    NOT = ""
    SIGN_IN = "sign_in"  # the token ended: password changed, account disabled, or simply too old
    UNTRUSTED = "untrusted"  # the centre cannot prove who it is
    WITHDRAWN = "withdrawn"  # the office withdrew the laptop


@dataclass(frozen=True)
class SyncState:
    """How the laptop stands towards the centre.

    ``online`` is None until the first try. ``waiting``, ``conflicts`` and ``refused`` count records and changes,
    ``photos`` the pictures that are to follow their records.
    ``agreed`` says that the last round ended with equal digests, ``removal`` what the centre asks to remove, if much.
    ``shut`` says that the laptop is not let in and ``why`` it is not; ``owed`` counts what a withdrawn one has still to
    hand in. ``exposed`` says that others can read the line.
    """

    online: bool | None = None
    signed_in: bool = False
    waiting: int = 0
    photos: int = 0
    last_ok: datetime | None = None
    conflicts: int = 0
    refused: int = 0
    running: bool = False
    agreed: bool = False
    removal: Removal | None = None
    text: str = ""
    shut: Shut = Shut.NOT
    why: str = ""
    owed: int = 0
    exposed: bool = False
