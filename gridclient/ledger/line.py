"""One row of a report: the words of its parts."""

from collections.abc import Mapping
from dataclasses import dataclass

from gridclient.ledger.sheet import Role


@dataclass(frozen=True)
class Line:
    """``parts`` maps a part's name to its words; neighbours with the same ``keep`` stay together."""

    parts: Mapping[str, str]
    keep: str = ""
    role: Role = "body"
