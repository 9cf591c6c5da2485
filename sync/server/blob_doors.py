"""The doors for blobs: how they stand, one chunk in, one chunk out."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from sync.blobs import CHUNK, Blob, BlobHub, BlobQuery
from sync.server.bodies import answer_to, body_of, message_of, token_of

QUERY_LIMIT = 64 * 1024
_DIGITS = 8  # of a number in an address; more mean nothing here


def blob_doors(hub: BlobHub, recognise: Callable[[str], None]) -> APIRouter:
    """The doors in front of a hub's blobs; ``recognise`` refuses a stranger before a chunk is read."""
    doors = APIRouter(prefix="/sync/v1/blobs")

    @doors.post("")
    async def standing(request: Request) -> Response:
        token = token_of(request)
        query = await message_of(request, BlobQuery, limit=QUERY_LIMIT)
        return await run_in_threadpool(lambda: answer_to(request, hub.blobs(token, query)))

    @doors.put("/{sha256}/{number}")
    async def put(request: Request) -> Response:
        token, (blob, number) = token_of(request), _named(request)
        await run_in_threadpool(recognise, token)
        data = await body_of(request, limit=CHUNK)
        return await run_in_threadpool(lambda: answer_to(request, hub.put_chunk(token, blob, number, data)))

    @doors.get("/{sha256}/{number}")
    async def get(request: Request) -> Response:
        token, (blob, number) = token_of(request), _named(request)
        data = await run_in_threadpool(hub.chunk, token, blob, number)
        return Response(data, media_type="application/octet-stream")

    return doors


def _named(request: Request) -> tuple[Blob, int]:
    """The blob and the chunk an address names; what is no number becomes one that fits nothing."""
    asked = request.query_params
    named = Blob(
        record=asked.get("record", ""),
        sha256=request.path_params["sha256"],
        size=_number(asked.get("size", "")),
    )
    return named, _number(request.path_params["number"])


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else -1
