"""What comes in with a request and goes out with an answer: tokens, bytes, messages, each within a limit."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from fastapi import Request, Response
import msgspec
from starlette.requests import ClientDisconnect

from sync import wire
from sync.errors import Offline, SignInNeeded

STALL_S = 30.0  # a body that brings no byte for so long is given up
SLOWEST = 100  # bytes a second, on the whole; slower than that, a body is somebody who keeps the door busy
STRANGER_LIMIT = 64 * 1024  # bytes that are read before anybody asks whose they are

T = TypeVar("T")


def token_of(request: Request) -> str:
    """The token a laptop shows; SignInNeeded when it shows none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise SignInNeeded("需要登录", "请输入账号和密码。")
    return token


async def message_of(
    request: Request, shape: type[T], *, limit: int, recognise: Callable[[], Awaitable[None]] | None = None
) -> T:
    """The message in a request; Oversized beyond ``limit`` bytes, Garbled when it is none.

    ``recognise`` refuses a stranger; it is asked before a body is read that may be long, or taken apart that is.
    """
    declared = request.headers.get("content-length", "")
    short = declared.isdecimal() and int(declared[:20]) <= STRANGER_LIMIT
    if recognise is not None and not short:
        await recognise()
    data = await body_of(request, limit=limit)
    if request.headers.get("content-encoding", "").lower() == "zstd":
        data = wire.inflate(data, limit=limit)
        if recognise is not None and short and len(data) > STRANGER_LIMIT:
            await recognise()
    return wire.from_json(data, shape)


async def body_of(request: Request, *, limit: int) -> bytes:
    """The bytes of a request, never more than ``limit`` of them; Offline when they stop coming, or trickle."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > limit:
        raise wire.oversized()
    data, chunks, clock = bytearray(), request.stream(), asyncio.get_running_loop()
    begun = clock.time()
    try:
        while True:
            data += await asyncio.wait_for(anext(chunks), STALL_S)
            if len(data) > limit:
                raise wire.oversized()
            if clock.time() - begun > STALL_S + len(data) / SLOWEST:
                raise TimeoutError
    except StopAsyncIteration:
        return bytes(data)
    except (TimeoutError, ClientDisconnect) as error:
        raise Offline("内容没有传完", "线路太慢或断开了；已填写的内容保存在本机，稍后会自动再试。") from error


def answer_to(request: Request, message: object) -> Response:
    """A message as the answer to a request, compressed where the laptop reads that."""
    if "zstd" in request.headers.get("accept-encoding", ""):
        headers = {"Content-Encoding": "zstd"}
        return Response(wire.to_wire(message), media_type="application/json", headers=headers)
    return Response(msgspec.json.encode(message), media_type="application/json")
