"""The centre's door on the network: bodies in and out, every error as plain words, nothing decided here."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
import logging
import socket
from typing import Any, Protocol, TypeVar

from fastapi import APIRouter, FastAPI, Request, Response
import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from sync import wire
from sync.blobs import BlobHub
from sync.bulk import seldom_collected
from sync.errors import Refused, SyncError
from sync.protocol import HOLDINGS_LIMIT, PROTOCOL, BucketQuery, Exchange, HandIn, Hub, Signed, SignIn
from sync.server.blob_doors import blob_doors
from sync.server.bodies import answer_to, message_of, token_of

SIGN_IN_LIMIT = 16 * 1024

log = logging.getLogger("gridhub")
T = TypeVar("T")


class Centre(Hub, Protocol):
    """A hub that is told from where somebody signs in, and that says at once whether it knows a token."""

    def recognise(self, token: str) -> None:
        """SignInNeeded unless some laptop, at work or withdrawn, was given this token."""

    def sign_in(self, request: SignIn, *, address: str = "") -> Signed:
        """Give a token to a known account with the right password; SignInNeeded otherwise."""


def create_app(
    hub: Centre, *, blobs: BlobHub | None = None, on_ready: Callable[[], None] | None = None
) -> FastAPI:
    """The web application in front of a hub and its blobs; ``on_ready`` is called when it begins to answer."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        with seldom_collected():
            if on_ready is not None:
                on_ready()
            yield

    # The framework's own pages would load scripts from elsewhere; an address is right or it is not.
    own: dict[str, Any] = {
        "docs_url": None,
        "redoc_url": None,
        "openapi_url": None,
        "redirect_slashes": False,
    }
    app = FastAPI(title="gridhub", lifespan=lifespan, **own)
    app.exception_handler(SyncError)(_told)
    app.exception_handler(HTTPException)(_no_such_door)
    app.add_middleware(_Discreet)
    app.include_router(_doors(hub))
    if blobs is not None:
        app.include_router(blob_doors(blobs, hub.recognise))
    return app


def _doors(hub: Centre) -> APIRouter:
    doors = APIRouter(prefix="/sync/v1")

    @doors.get("/health")
    def health() -> Response:
        return Response(
            msgspec.json.encode({"ready": True, "protocol": PROTOCOL}), media_type="application/json"
        )

    @doors.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        message = await message_of(request, SignIn, limit=SIGN_IN_LIMIT)
        address = request.client.host if request.client else ""
        return answer_to(request, await run_in_threadpool(lambda: hub.sign_in(message, address=address)))

    def door(name: str, shape: type[T], act: Callable[[str, T], object]) -> None:
        @doors.post(f"/{name}")
        async def enter(request: Request) -> Response:
            token = token_of(request)
            known = partial(run_in_threadpool, hub.recognise, token)
            message = await message_of(request, shape, limit=HOLDINGS_LIMIT, recognise=known)
            return await run_in_threadpool(lambda: answer_to(request, act(token, message)))

    # A hub on a database need not take the records apart that it sends.
    door("exchange", Exchange, getattr(hub, "exchange_json", hub.exchange))
    door("repair", BucketQuery, hub.repair)
    door("hand-in", HandIn, hub.hand_in)
    return doors


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any that is free. Refused when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP outright: asyncio switches delayed sending off only then, and an answer waits 40 ms otherwise.
    door = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((host, port))
        door.listen(256)
    except OSError as error:
        door.close()
        raise Refused(f"无法监听 {host}:{port}", "端口可能已被占用，请换一个 --port。") from error
    return door


def _problem(problem: wire.Problem, status: int) -> Response:
    return Response(msgspec.json.encode(problem), status, media_type="application/json")


async def _told(_request: Request, error: SyncError) -> Response:
    return _problem(wire.problem_of(error), wire.status_of(error))


async def _no_such_door(_request: Request, error: HTTPException) -> Response:
    problem = wire.Problem(
        error="Refused", title="中心没有这个功能", advice="请检查中心地址是否正确，或升级程序。"
    )
    return _problem(problem, error.status_code)


def _unexpected(error: Exception) -> Response:
    # Only the kind of error: its text may quote what a person typed.
    log.error("unexpected %s while answering", type(error).__name__)
    return _problem(
        wire.Problem(error="Offline", title="中心出错", advice="本机内容没有丢失，稍后会自动再试。"), 500
    )


class _Discreet:
    """Keeps an error nobody expected from the web server, which would write its whole text into the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            if scope["type"] != "http":
                raise
            await _unexpected(error)(scope, receive, send)
