"""What comes in with a request and goes out with an answer: tokens, bytes, messages, each within a limit."""

import asyncio
from typing import TypeVar

from fastapi import Request, Response
import msgspec
from starlette.requests import ClientDisconnect

from sync import wire
from sync.errors import SignInNeeded

STALL_S = 30.0  # a body that brings no byte for so long is given up

T = TypeVar("T")


def token_of(request: Request) -> str:
    """The token a laptop shows; SignInNeeded when it shows none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise SignInNeeded("需要登录", "请输入账号和密码。")
    return token


async def message_of(request: Request, shape: type[T], *, limit: int) -> T:
    """The message in a request; Oversized beyond ``limit`` bytes, Garbled when it is none."""
    data = await body_of(request, limit=limit)
    if request.headers.get("content-encoding", "").lower() == "zstd":
        data = wire.inflate(data, limit=limit)
    return wire.from_json(data, shape)


async def body_of(request: Request, *, limit: int) -> bytes:
    """The bytes of a request, never more than ``limit`` of them."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > limit:
        raise wire.oversized()
    data, chunks = bytearray(), request.stream()
    try:
        while True:
            data += await asyncio.wait_for(anext(chunks), STALL_S)
            if len(data) > limit:
                raise wire.oversized()
    except StopAsyncIteration:
        return bytes(data)
    except (TimeoutError, ClientDisconnect) as error:
        raise wire.garbled() from error


def answer_to(request: Request, message: object) -> Response:
    """A message as the answer to a request, compressed where the laptop reads that."""
    if "zstd" in request.headers.get("accept-encoding", ""):
        headers = {"Content-Encoding": "zstd"}
        return Response(wire.to_wire(message), media_type="application/json", headers=headers)
    return Response(msgspec.json.encode(message), media_type="application/json")
