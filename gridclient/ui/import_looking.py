"""A file is looked at beside the window, and given up when somebody asks for that or for something else."""

from threading import Event
from typing import Any

from gridclient.errors import GridError
from gridclient.ui.import_files import ImportFile, examine
from gridclient.ui.saying import Cancelled
from gridclient.ui.workspace import Workspace


def desk_of(workspace: Workspace) -> dict[str, Any]:
    """For which community, by whom and on which day."""
    desk = workspace.desk
    return {"home": desk.home, "who": desk.who, "today": workspace.today}


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
