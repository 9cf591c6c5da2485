"""A file is looked at beside the window, and given up when somebody asks for that or for something else."""

from collections.abc import Sequence
from threading import Event
from typing import Any

from gridclient.errors import GridError
from gridclient.store.imports import Imports
from gridclient.ui.import_files import ImportFile, examine
from gridclient.ui.saying import Cancelled
from gridclient.ui.workspace import Workspace


def desk_of(workspace: Workspace) -> dict[str, Any]:
    """For which community, by whom and on which day."""
    desk = workspace.desk
    return {"home": desk.home, "who": desk.who, "today": workspace.today}


def undone(files: Sequence[ImportFile], workspace: Workspace) -> bool:
    """Mark the files whose import was taken back, whole, since; True when there are any."""
    written = {file.written.n: file for file in files if file.written}
    batches = Imports(workspace.replica.engine).all(workspace.now) if written else []
    gone = [written[batch.n] for batch in batches if batch.n in written and batch.over]
    for file in gone:
        file.undone = True
    return bool(gone)


async def look_at(file: ImportFile, workspace: Workspace, stop: Event) -> None:
    """Read, match and rehearse a file; Cancelled when it is given up."""
    if stop.is_set():
        raise Cancelled
    text = f"正在读 {file.path.name}" if file.book is None else f"正在重新核对 {file.path.name}"
    shown: dict[str, Any] = {} if file.quick else {"text": text, "progress": True}
    try:
        seen = await workspace.run(examine, file, workspace.replica, stop, **shown, **desk_of(workspace))
    except GridError as error:
        if stop.is_set() or isinstance(error, Cancelled):
            raise Cancelled from error
        file.turn_down(f"{error.title}。{error.advice}")
    else:
        if stop.is_set():
            raise Cancelled
        file.take(seen)
