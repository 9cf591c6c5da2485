"""Knocking at a centre's door without the courtesy of a laptop, and seeing whether anything came of it."""

from contextlib import suppress
import json
import socket
from typing import Any

import requests
from sqlalchemy import select

from sync.server import tables
from sync.server.database import reading
from sync.server.hub import SqlHub


def everything(hub: SqlHub, *but: str) -> dict[str, list[Any]]:
    """Every row of the centre's database, those of the tables named left out."""
    with reading(hub.engine) as db:
        kept = [table for table in tables.metadata.sorted_tables if table.name not in but]
        return {table.name: sorted(map(repr, db.execute(select(table)).all())) for table in kept}


def post(address: str, door: str, message: Any, token: str, **headers: str) -> requests.Response:
    body = json.dumps(message).encode() if isinstance(message, dict) else message
    with requests.Session() as session:
        session.trust_env = False
        told = {"Authorization": f"Bearer {token}", **headers}
        return session.post(f"{address}/sync/v1/{door}", data=body, headers=told, timeout=20)


def said(address: str, data: bytes, *, wait_s: float = 1.0) -> bytes:
    """All that a connection answers to some bytes until it is closed, or is silent for a while."""
    host, port = address.removeprefix("http://").split(":")
    found = b""
    with socket.create_connection((host, int(port)), timeout=wait_s) as call:
        with suppress(OSError):
            call.sendall(data)
            call.shutdown(socket.SHUT_WR)
        with suppress(OSError):
            while piece := call.recv(65536):
                found += piece
    return found
