"""The centre at the far end of a network: the one module that speaks HTTP.

Whatever goes wrong on the way becomes one of the errors of :mod:`sync.errors`, once, here.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from io import BytesIO
import ipaddress
from pathlib import Path
import socket
import ssl
import threading
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import urlsplit

import msgspec

from sync import wire
from sync.blobs import Blob, BlobAnswer, BlobQuery, Standing
from sync.errors import Garbled, Offline, Refused, SignInNeeded, SyncError, Untrusted
from sync.protocol import Answer, BucketAnswer, BucketQuery, Exchange, HandedIn, HandIn, Signed, SignIn

if TYPE_CHECKING:
    from requests import Response, Session
    from requests.adapters import HTTPAdapter

CONNECT_S = 5.0
STALL_S = 30.0  # without a single byte; the whole may take as long as it likes
CHUNK = 16 * 1024
ELSEWHERE = "192.0.2.1"  # reserved for examples: whatever leads there leads to everywhere
NOT_NOW, NOT_HERE = (9, 10), (62, 64)  # OpenSSL: not yet valid, expired; another host name, another address
ANSWER_LIMIT = 32 * 1024 * 1024  # compressed bytes

T = TypeVar("T")


class RemoteHub:
    """The Hub behind an address such as ``https://hub.example:8765``.

    ``verify`` is the office's own certificate authority, as PEM text or the path of such a file, and then the only one
    trusted; "" stands for those the computer trusts. ``stall_s`` is how long a call waits for a byte. Calls block; :meth:`stop` ends them at once from another thread, for good.
    ``sent`` and ``received`` count the bytes of bodies, as they went over the line.
    """

    takes_json = True  # changes may be given as the JSON they are kept in

    def __init__(
        self, address: str, *, verify: str = "", connect_s: float = CONNECT_S, stall_s: float = STALL_S
    ) -> None:
        self.address = address.rstrip("/")
        self._verify = verify
        self._connect_s, self._stall_s = connect_s, stall_s
        self._stopped = threading.Event()
        self._open = _Sockets()
        self.sent = self.received = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def sign_in(self, request: SignIn) -> Signed:
        """Give a token to a known account with the right password; SignInNeeded otherwise."""
        return self._call("sign-in", "", request, Signed)

    def exchange(self, token: str, request: Exchange) -> Answer:
        """Send changes, receive news; what a lost answer leaves open is settled by sending the same again."""
        return self._call("exchange", token, request, Answer)

    def repair(self, token: str, request: BucketQuery) -> BucketAnswer:
        """Bucket sums or bucket records of one area."""
        return self._call("repair", token, request, BucketAnswer)

    def hand_in(self, token: str, request: HandIn) -> HandedIn:
        """Hand in what a withdrawn laptop still holds."""
        return self._call("hand-in", token, request, HandedIn)

    def blobs(self, token: str, query: BlobQuery) -> BlobAnswer:
        """How these blobs stand at the centre."""
        return self._call("blobs", token, query, BlobAnswer)

    def put_chunk(self, token: str, blob: Blob, number: int, data: bytes) -> Standing:
        """Send one chunk of a blob."""
        return wire.from_json(self._raw("PUT", _place(blob, number), token, data), Standing)

    def chunk(self, token: str, blob: Blob, number: int) -> bytes:
        """One chunk of a stored blob; Garbled when it is not as long as it should be."""
        data = self._raw("GET", _place(blob, number), token)
        if len(data) != blob.length(number):
            raise wire.garbled()
        return data

    def stop(self) -> None:
        """End every call under way with Offline, and refuse new ones; for a window that closes."""
        self._stopped.set()
        self._open.cut()

    def close(self) -> None:
        """Give the connections back; a later call opens new ones."""
        session = self.__dict__.pop("_session", None)
        if session is not None:
            session.close()

    @cached_property
    def _session(self) -> "Session":
        # Imported on first use: it costs a tenth of a second that a starting window does not have.
        from requests import Session

        session = Session()
        session.trust_env = False  # a password in .netrc or a proxy for browsers is not meant for the centre
        trusting = _trusting(self._verify) if self.address.lower().startswith("https:") else None
        adapter = _adapter(self._open, stall_s=self._stall_s, trusting=trusting)
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        return session

    def _call(self, door: str, token: str, message: object, shape: type[T]) -> T:
        headers = {"Content-Type": "application/json", "Content-Encoding": "zstd", "Accept-Encoding": "zstd"}
        data = self._ask("POST", door, token, headers, wire.to_wire(message), "application/json")
        return wire.from_json(data, shape)

    def _raw(self, method: str, door: str, token: str, body: bytes = b"") -> bytes:
        """Bytes up, or bytes down, as they are."""
        headers = {"Content-Type": "application/octet-stream", "Accept-Encoding": "identity"}
        answered = "application/json" if body else "application/octet-stream"
        return self._ask(method, door, token, headers, body, answered)

    def _ask(
        self, method: str, door: str, token: str, headers: dict[str, str], packed: bytes, answered: str
    ) -> bytes:
        headers["User-Agent"] = "gridclient"
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self.sent += len(packed)
        with (
            self._translated(),
            self._session.request(
                method,
                f"{self.address}/sync/v1/{door}",
                # As a file it is sent piece by piece, so that a stall is measured per piece and not over the whole.
                data=BytesIO(packed) if packed else None,
                headers=headers,
                timeout=(self._connect_s, self._stall_s),
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            return self._understood(response, answered)

    def _understood(self, response: "Response", answered: str) -> bytes:
        data = self._read(response)
        if response.status_code != 200:
            raise _declined(response.status_code, data)
        if response.headers.get("Content-Type", "").partition(";")[0] != answered:
            raise _elsewhere()
        return data

    def _read(self, response: "Response") -> bytes:
        data = bytearray()
        for chunk in response.raw.stream(CHUNK, decode_content=False):
            data += chunk
            self.received += len(chunk)
            if self._stopped.is_set():
                raise _stopped()
            if len(data) > ANSWER_LIMIT:
                raise wire.oversized()
        if response.headers.get("Content-Encoding") == "zstd":
            return wire.inflate(bytes(data), limit=wire.BODY_LIMIT)
        return bytes(data)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        from requests import exceptions as http
        from urllib3.exceptions import HTTPError

        if self._stopped.is_set():
            raise _stopped()
        try:
            yield
        except (http.RequestException, HTTPError, OSError, UnicodeError) as error:
            if self._stopped.is_set():
                raise _stopped() from error
            raise _reason(error) from error


def way_to(address: str) -> str:
    """This computer's own address on the way to another; empty while there is none. Sends nothing, not even a lookup."""
    try:
        host = ipaddress.ip_address(urlsplit(address).hostname or "")
    except ValueError:
        host = ipaddress.ip_address(ELSEWHERE)
    family = socket.AF_INET if host.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((str(host), 9))
            return str(probe.getsockname()[0])
    except OSError:
        return ""


class _Sockets:
    """The sockets of calls under way, so that another thread can cut them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()

    def add(self, one: socket.socket) -> None:
        with self._lock:
            self._open = {known for known in self._open if known.fileno() >= 0} | {one}

    def cut(self) -> None:
        with self._lock:
            for one in self._open:
                with suppress(OSError):
                    # The plain method: the one of a TLS socket takes apart what its reader is using.
                    socket.socket.shutdown(one, socket.SHUT_RDWR)


class _Watched:
    """What both kinds of connection do beside urllib3's own: be known to whoever may end them, and wait patiently."""

    sock: Any
    sockets: _Sockets
    stall_s: float

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        if self.sock is not None:
            self.sockets.add(self.sock)

    def send(self, data: Any) -> None:
        if self.sock is not None:
            # urllib3 sends under the connect timeout, too short for a slow line.
            self.sock.settimeout(self.stall_s)
        super().send(data)  # type: ignore[misc]


def _trusting(verify: str) -> ssl.SSLContext:
    """What checks the centre's certificate: the authority named, else those of the computer and of browsers."""
    if not verify:
        from requests.utils import DEFAULT_CA_BUNDLE_PATH

        both = ssl.create_default_context()
        both.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
        return both
    if verify.startswith("-----BEGIN"):
        return ssl.create_default_context(cadata=verify)
    if not Path(verify).is_file():
        raise Refused("找不到证书文件", f"请检查中心证书文件的位置：{verify}")
    return ssl.create_default_context(cafile=verify)


def _adapter(sockets: _Sockets, *, stall_s: float, trusting: ssl.SSLContext | None) -> "HTTPAdapter":
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    def watched(connection: type, pool: type) -> type:
        kind = type("Watched", (_Watched, connection), {"sockets": sockets, "stall_s": stall_s})
        return type("WatchedPool", (pool,), {"ConnectionCls": kind})

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **options: Any) -> None:
            if trusting is not None:
                options["ssl_context"] = trusting
            super().init_poolmanager(*args, **options)
            self.poolmanager.pool_classes_by_scheme = {
                "http": watched(HTTPConnection, HTTPConnectionPool),
                "https": watched(HTTPSConnection, HTTPSConnectionPool),
            }

        def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
            """Leave it to the context: requests would let the authorities of browsers vouch beside the office's own."""

    return Adapter()


def _place(blob: Blob, number: int) -> str:
    return f"blobs/{blob.sha256}/{number}?record={blob.record}&size={blob.size}"


def _declined(status: int, data: bytes) -> SyncError:
    try:
        return wire.error_of(msgspec.json.decode(data, type=wire.Problem))
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    if status == 401:
        return SignInNeeded("需要重新登录", "请输入账号和密码。")
    if status >= 500:
        return Offline("中心暂时不能用", "已填写的内容保存在本机，稍后会自动再试。")
    return _elsewhere()


def _reason(error: Exception) -> SyncError:
    from requests import exceptions as http
    from urllib3.exceptions import SSLError

    if isinstance(error, http.SSLError | SSLError | ssl.SSLError):
        return _unproven(error)
    if isinstance(error, http.InvalidURL | http.MissingSchema | http.InvalidSchema | UnicodeError):
        return Refused("中心地址写法不对", "例：https://hub.example:8765 。请向社区内勤核对。")
    if isinstance(error, http.InvalidHeader):
        return Garbled("登录凭证不合格式", "请重新登录。")
    return Offline("现在连接不上中心", "已填写的内容保存在本机，联网后会自动上传。")


def _unproven(error: BaseException) -> Refused:
    """Why a certificate was not accepted; the number is OpenSSL's own."""
    code = next((e.verify_code for e in _within(error) if isinstance(e, ssl.SSLCertVerificationError)), None)
    if code is None:
        return Refused("中心没有用加密方式回答", "请核对中心地址和端口，或联系社区内勤；没有发送任何内容。")
    if code in NOT_NOW:
        return Refused(
            "中心的证书已过期，或还没有生效",
            "请先核对本机的日期和时间；日期没有错，请联系社区内勤更换证书。没有发送任何内容。",
        )
    if code in NOT_HERE:
        return Refused(
            "中心的证书不属于这个地址", "请核对中心地址有没有写错，或联系社区内勤；没有发送任何内容。"
        )
    return Untrusted(
        "无法确认中心的身份", "请向社区内勤要单位的证书文件，选上并核对指纹后再登录；没有发送任何内容。"
    )


def _within(error: BaseException) -> Iterator[BaseException]:
    """An error and those it was made from, however urllib3 and requests wrapped them."""
    found: BaseException | None = error
    while found is not None:
        yield found
        inner = (getattr(found, "reason", None), *found.args[:1], found.__cause__, found.__context__)
        found = next((e for e in inner if isinstance(e, BaseException)), None)


def _elsewhere() -> Offline:
    return Offline(
        "这个地址的回答不像网格中心", "请核对中心地址；在需要网页登录的网络里，请先用浏览器登录网络。"
    )


def _stopped() -> Offline:
    return Offline("同步已停止", "已填写的内容保存在本机，下次会继续上传。")
