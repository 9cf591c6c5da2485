"""Whether an answer of a centre may be believed in its form, before anything of it is stored. Pure.

Whoever answers may be another program, a damaged one, or somebody who means harm: the rest of this library relies on
ids that are ids, on numbers a database holds, and on sums that can be compared.
"""

from collections.abc import Iterable
import re

from sync.digest import BUCKETS
from sync.errors import Garbled
from sync.protocol import Answer, BucketAnswer, Document, Stream

_MOST = (1 << 63) - 1  # what a database integer holds
_id = re.compile(r"[0-9a-f]{32}").fullmatch
_sum = re.compile(r"[0-9a-f]{16}").fullmatch


def sound(answer: Answer) -> Answer:
    """The answer to an exchange, as it came; Garbled when something in it is not of the form it must have."""
    if not (0 <= answer.acked <= _MOST and all(map(_sound_stream, answer.streams))):
        raise _unsound()
    return answer


def sound_sums(answer: BucketAnswer) -> list[str]:
    """The sums of every bucket of an area; Garbled when there are not as many, or one is no sum."""
    if len(answer.sums) != BUCKETS or not all(map(_sum, answer.sums)):
        raise _unsound()
    return answer.sums


def sound_records(answer: BucketAnswer, area: str) -> list[Document]:
    """The records of the buckets asked for; Garbled when one is not of the form it must have."""
    if not _sound_records(answer.records, area):
        raise _unsound()
    return answer.records


def _sound_stream(stream: Stream) -> bool:
    return (
        0 <= stream.since <= stream.to <= _MOST
        and (stream.digest is None or bool(_sum(stream.digest)))
        and all(_id(id_) and 0 < ver <= _MOST for id_, ver in stream.echo)
        and _sound_records(stream.records, stream.area)
    )


def _sound_records(records: Iterable[Document], area: str) -> bool:
    return all(
        _id(one.id)
        and one.area == area
        and 0 < one.ver <= _MOST
        and type(at := one.body.get("updated_at", 0)) is int
        and 0 <= at <= _MOST
        for one in records
    )


def _unsound() -> Garbled:
    return Garbled("中心的回答不合格式", "本机内容没有改变，请稍后再试；若反复出现，请联系社区内勤。")
