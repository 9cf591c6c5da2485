"""What can go wrong on this laptop, in words a grid worker can act on.

    GridError
    ├── WrongPassphrase     the vault did not open with what was typed
    ├── VaultDamaged        the file is not a vault, or part of it is broken
    ├── VaultBusy           another program holds the vault
    ├── NoSpace             the disk is full or read-only
    ├── UnreadableFile      a workbook that is none, is cut short, or is protected
    └── Unfit               what was asked for cannot be done, and why

``title`` is the headline a window shows and ``advice`` the line beneath it; neither ever holds a personal value.
"""


class GridError(Exception):
    """Something expected went wrong; nothing is lost."""

    def __init__(self, title: str, advice: str = "") -> None:
        super().__init__(title)
        self.title = title
        self.advice = advice


class WrongPassphrase(GridError):
    """The vault did not open with this passphrase."""


class VaultDamaged(GridError):
    """The file is not a vault, or its pages do not verify."""


class VaultBusy(GridError):
    """Another program has the vault open for writing."""


class NoSpace(GridError):
    """Nothing could be written: the disk is full or read-only."""


class UnreadableFile(GridError):
    """A file given for import cannot be read as a table."""


class Unfit(GridError):
    """The request cannot be carried out as asked."""
