"""Files half looked at are kept in the vault: a window made anew, or unlocked, shows them as somebody left them."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from gridclient.exchange.mapping import Keeper
from gridclient.exchange.moved import Answer, Terms
from gridclient.ui.import_files import ImportFile
from gridclient.ui.import_steps import Stage

KEY = "import.open"


class Chosen(msgspec.Struct):
    """One file that is not written yet, as it was on the disk, and what was settled about its rows and people."""

    path: str
    size: int
    saved_at: int  # nanoseconds, as the disk tells
    skipped: list[tuple[str, int]]
    moves: dict[str, str | list[str]]


class Open(msgspec.Struct):
    """The files of the page, which of them is shown, and at which step."""

    files: list[Chosen] = []
    shown: int = 0
    stage: int = Stage.PROBLEMS


def keep(keeper: Keeper, files: Sequence[ImportFile], shown: ImportFile | None, stage: Stage) -> None:
    """Keep what is not written, or not to its end; of the mappings nothing, they are remembered for themselves."""
    rest = [file for file in files if file.report is None or file.report.stopped]
    told = [one for file in rest if (one := _chosen(file))]
    place = rest.index(shown) if shown in rest else 0
    kept = msgspec.json.encode(Open(told, place, stage)).decode() if told else ""
    if keeper.meta(KEY) != kept:
        keeper.set_meta(KEY, kept)


def brought_back(keeper: Keeper) -> tuple[list[ImportFile], int, Stage]:
    """The files that are still there, the place of the one that was shown, and the step; no files when none are."""
    try:
        kept = msgspec.json.decode(keeper.meta(KEY) or "{}", type=Open)
    except msgspec.DecodeError:
        return [], 0, Stage.FILES
    files = [ImportFile(Path(one.path), terms=_terms(one)) for one in kept.files if Path(one.path).is_file()]
    return files, kept.shown if kept.shown < len(files) else 0, Stage(kept.stage)


def _chosen(file: ImportFile) -> Chosen | None:
    seen = _on_disk(file.path)
    if seen is None:
        return None
    moves: dict[str, str | list[str]] = {
        id_: sorted(one) if isinstance(one, frozenset) else one for id_, one in file.terms.moves.items()
    }
    return Chosen(str(file.path.absolute()), *seen, sorted(file.terms.skipped), moves)


def _terms(one: Chosen) -> Terms:
    """What was settled; nothing of a file that was saved since: its rows may be others."""
    if _on_disk(Path(one.path)) != (one.size, one.saved_at):
        return Terms()
    moves = {id_: _answer(told) for id_, told in one.moves.items()}
    return Terms(skipped=frozenset(one.skipped), moves=moves)


def _answer(told: str | list[str]) -> Answer:
    if isinstance(told, list):
        return frozenset(told)
    return "overwrite" if told == "overwrite" else "compare" if told == "compare" else "keep"


def _on_disk(path: Path) -> tuple[int, int] | None:
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_size, seen.st_mtime_ns
