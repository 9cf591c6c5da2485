"""How many exchanges of sixty edits a centre takes in a second, from several laptops in grids of their own.

Prints one line of JSON. The laptops are processes that keep nothing: what is measured is the centre and the way there.
"""

import json
import sys

from sync.clock import Clock, wall_millis
from sync.protocol import Change, Exchange, Have, SignIn, Stamp, Verdict
from sync.record import new_id
from sync.remote import RemoteHub
from tests.bench import crowd
from tests.bench.ours import PASSWORD
from tests.bench.records import COMMUNITY, EDITED

EDITS, HELD, WARM, MEASURED, LAPTOPS = 60, 600, 5, 60, 8
WORKERS = {f"worker{n}": f"{COMMUNITY}{101 + n}" for n in range(LAPTOPS)}  # each with a grid of their own


class Laptop:
    """Edits six hundred households in turn, sixty in every exchange."""

    def __init__(self, hub: RemoteHub, token: str, account: str) -> None:
        self._hub, self._token, self._account = hub, token, account
        self._origin, self._area = new_id()[-10:], WORKERS[account]
        self._clock, self._cursor, self._mseq, self._epoch = Clock(), 0, 0, ""
        self._ids = [new_id() for _ in range(HELD)]
        for _ in range(0, HELD, EDITS):
            self._send({EDITED: {EDITED: "第0次"}}, made=True)

    def edit(self, times: int) -> None:
        for _ in range(times):
            self._send({EDITED: {EDITED: f"第{self._mseq}次"}}, made=False)

    def _send(self, groups: dict[str, dict[str, str]], *, made: bool) -> None:
        first = self._mseq % HELD
        ids = self._ids[first : first + EDITS]
        changes = [self._change(at, id_, groups, made) for at, id_ in enumerate(ids, self._mseq + 1)]
        request = Exchange(
            origin=self._origin,
            epoch=self._epoch,
            now=wall_millis(),
            changes=changes,
            have={self._area: Have(self._cursor)},
        )
        answer = self._hub.exchange(self._token, request)
        self._mseq += EDITS
        if answer.acked != self._mseq or any(one.verdict is not Verdict.APPLIED for one in answer.receipts):
            raise ValueError("the centre did not take every edit")
        self._epoch = answer.epoch
        self._cursor = next(stream.to for stream in answer.streams if stream.area == self._area)

    def _change(self, mseq: int, id_: str, groups: dict[str, dict[str, str]], made: bool) -> Change:
        return Change(
            mseq=mseq,
            tx=mseq,
            kind="household",
            id=id_,
            area=self._area,
            groups=groups,
            base={} if made else {EDITED: Stamp(self._origin, mseq - HELD)},
            at=self._clock.now(),
            by=self._account,
            made=made,
        )


def main(address: str) -> dict[str, float]:
    def one(number: int) -> list[crowd.Step]:
        hub, account = RemoteHub(address), [*WORKERS][number]
        signed = hub.sign_in(SignIn(account=account, password=PASSWORD, device=f"第{number}台"))
        laptop = Laptop(hub, signed.token, account)
        return [lambda: laptop.edit(WARM), lambda: laptop.edit(MEASURED)]

    _, seconds = crowd.timed(one, LAPTOPS)
    return {"exchanges": LAPTOPS * MEASURED / seconds}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
