"""Where the centre keeps blobs: in a folder, or wherever else fsspec reaches, such as ``s3://bucket/photos``.

Chunks of an unfinished blob stand under ``part/RECORD-SHA/NUMBER``; a whole one under ``AB/SHA``. Names are checked before
they get here.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
import os
from pathlib import Path
import shutil

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from sync.blobs import Blob
from sync.errors import Offline, Refused

LEAST_FREE = 512 * 1024 * 1024  # bytes that photos leave to the database on the same disk


class BlobStore:
    """The blobs at ``url``, a folder or any address of fsspec; Refused when it cannot be used.

    A folder takes nothing more once fewer than ``least_free`` bytes are left on its disk.
    """

    def __init__(self, url: str, *, least_free: int = LEAST_FREE) -> None:
        try:
            self._fs, root = url_to_fs(url)
        except (ImportError, ValueError, TypeError) as error:
            raise Refused(
                "照片的存放地址用不了", "请检查 GRIDHUB_PHOTOS；用 s3:// 时还要安装 s3fs。"
            ) from error
        self._root = root.rstrip("/")
        self._least_free = least_free
        self._local = isinstance(self._fs, LocalFileSystem)
        if self._local:
            _make_private(Path(self._root))

    def put_chunk(self, blob: Blob, number: int, data: bytes) -> None:
        """Keep one chunk of an unfinished blob; Offline when there is no room."""
        with _told():
            if self._local and shutil.disk_usage(self._root).free < self._least_free + len(data):
                raise _full()
            self._write(f"{self._part(blob)}/{number}", data)

    def chunks(self, blob: Blob) -> bytes | None:
        """The chunks of an unfinished blob, joined; None when one is not there."""
        with _told():
            try:
                return b"".join(self._fs.cat_file(f"{self._part(blob)}/{n}") for n in range(blob.chunks))
            except FileNotFoundError:
                return None

    def keep(self, blob: Blob, data: bytes) -> None:
        """Keep a whole blob."""
        with _told():
            self._write(self._whole(blob), data)

    def forget_chunks(self, blob: Blob) -> None:
        """Let go of the chunks of an unfinished blob."""
        with _told(), suppress(FileNotFoundError):
            self._fs.rm(self._part(blob), recursive=True)

    def read(self, blob: Blob, start: int, length: int) -> bytes | None:
        """``length`` bytes of a whole blob; None when it is not there, or not as long as it was."""
        with _told():
            try:
                data = bytes(self._fs.cat_file(self._whole(blob), start=start, end=start + length))
            except FileNotFoundError:
                return None
        return data if len(data) == length else None

    def _whole(self, blob: Blob) -> str:
        return f"{self._root}/{blob.sha256[:2]}/{blob.sha256}"

    def _part(self, blob: Blob) -> str:
        return f"{self._root}/part/{blob.record}-{blob.sha256}"

    def _write(self, path: str, data: bytes) -> None:
        if not self._local:
            self._fs.pipe_file(path, data)
            return
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = target.with_name(f"{target.name}.{os.urandom(4).hex()}")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            part.replace(target)
        except OSError:
            part.unlink(missing_ok=True)
            raise


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Refused("照片文件夹无法建立", f"请检查文件夹的权限：{folder}") from error


def _full() -> Offline:
    return Offline("中心存不下照片了", "文字照常同步，照片还在本机。请告诉管理员清理磁盘，之后会自动再传。")


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, Offline):
        raise
    except Exception as error:  # every store has errors of its own
        raise _full() from error
