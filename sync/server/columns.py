"""How a field of a record's JSON becomes a typed column: one expression for each type, on SQLite and on PostgreSQL.

No expression ever fails, whatever a laptop stored: what does not fit is NULL. Types: ``text``, ``integer``,
``number``, ``boolean``, ``date``, ``moment`` (local, without a zone), ``instant`` (milliseconds, shown in UTC), ``json``.
"""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection

TYPES = ("text", "integer", "number", "boolean", "date", "moment", "instant", "json")
YEAR_9999 = 253_402_300_799_999  # milliseconds: further ahead no database shows a time


@dataclass(frozen=True)
class Columns:
    """One database's way: where records come from, type → expression, and the question what fields there are.

    In an expression ``@`` stands for the value of the field (SQLite: its path).
    """

    source: str
    expressions: dict[str, str]
    survey: str

    def read(self, name: str, kind: str) -> str:
        """The expression that gives field ``name`` as a column of type ``kind``."""
        return self.expressions[kind].replace("@", name)


def infer(db: Connection, columns: Columns) -> dict[str, dict[str, str]]:
    """Kind → field → type, from what the records hold, the most used first."""
    seen: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for kind, name, shape, _count in db.exec_driver_sql(columns.survey):
        seen[kind][name].add(shape)
    return {
        kind: {name: _type_of(shapes) for name, shapes in fields.items()} for kind, fields in seen.items()
    }


def _type_of(shapes: set[str]) -> str:
    known = shapes - {"null"}  # blanks too: they fit every type
    if len(known) == 1:
        return known.pop()
    if known == {"integer", "number"}:
        return "number"
    return "json" if "json" in known else "text"


# A body is JSON as the hub wrote it; one nested too deep for SQLite counts as empty.
_LITE_BODY = "CASE WHEN json_valid(r.body) THEN r.body ELSE '{}' END"
_LITE_TYPE = "json_type(b, '$.@')"
_LITE_VALUE = "json_extract(b, '$.@')"
_LITE_DAY = "'[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"


def _lite_dated(value: str, rest: str) -> str:
    """Text of this form whose day its month has: SQLite counts on to the next month, but only when it must count."""
    return f"{value} GLOB {_LITE_DAY}{rest}' AND {value} > '0001' AND date({value}, '+0 days') = substr({value}, 1, 10)"


_LITE = {
    "text": f"CASE {_LITE_TYPE} WHEN 'true' THEN 'true' WHEN 'false' THEN 'false'"
    f" ELSE CAST({_LITE_VALUE} AS TEXT) END",
    "integer": f"CASE WHEN {_LITE_TYPE} = 'integer' AND typeof({_LITE_VALUE}) = 'integer' THEN {_LITE_VALUE} END",
    "number": f"CASE WHEN {_LITE_TYPE} IN ('integer', 'real') THEN CAST({_LITE_VALUE} AS REAL) END",
    "boolean": f"CASE WHEN {_LITE_TYPE} IN ('true', 'false') THEN {_LITE_VALUE} END",
    "date": f"CASE WHEN {_lite_dated(_LITE_VALUE, '')} THEN {_LITE_VALUE} END",
    "moment": f"CASE WHEN {_lite_dated(_LITE_VALUE, 'T*')} THEN datetime({_LITE_VALUE}) END",
    "instant": f"CASE WHEN {_LITE_TYPE} = 'integer' AND {_LITE_VALUE} BETWEEN 0 AND {YEAR_9999}"
    f" THEN datetime({_LITE_VALUE} / 1000, 'unixepoch') END",
    "json": f"CASE WHEN {_LITE_TYPE} <> 'null' THEN json_quote({_LITE_VALUE}) END",
}
_LITE_SURVEY = f"""
SELECT r.kind, e.key,
  CASE e.type WHEN 'true' THEN 'boolean' WHEN 'false' THEN 'boolean' WHEN 'real' THEN 'number'
    WHEN 'array' THEN 'json' WHEN 'object' THEN 'json'
    WHEN 'text' THEN CASE WHEN e.value = '' THEN 'null' WHEN {_lite_dated("e.value", "")} THEN 'date'
      WHEN {_lite_dated("e.value", "T*")} AND datetime(e.value) NOT NULL THEN 'moment' ELSE 'text' END
    ELSE e.type END AS shape,
  count(*) AS n
FROM record r, json_each({_LITE_BODY}) e GROUP BY 1, 2, 3 ORDER BY n DESC, 1, 2, 3
"""

# ``jsonb`` takes no NUL: it is left out of texts. A backslash before it may itself be escaped.
_PG_BODY = (
    "CASE WHEN position('\\u0000' IN r.body) > 0"
    " THEN regexp_replace(r.body, '(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000', '\\1', 'g') ELSE r.body END"
)
_PG_VALUE = "(b.j -> '@')"
_PG_TEXT = "(b.j ->> '@')"
_PG_DAY = r"(?!0000)\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_PG_TIME = r"T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?"


def _pg_dated(form: str, then: str) -> str:
    """Text of this form whose day its month has; CASE keeps PostgreSQL from looking at the others."""
    month = f"make_date(substr({_PG_TEXT}, 1, 4)::int, substr({_PG_TEXT}, 6, 2)::int, 1)"
    last = f"extract(day FROM {month} + interval '1 month - 1 day')"
    exists = f"substr({_PG_TEXT}, 9, 2)::int <= {last}"
    return f"CASE WHEN {_PG_TEXT} ~ '^{form}$' THEN CASE WHEN {exists} THEN {then} END END"


def _pg_number(form: str, then: str) -> str:
    return f"CASE WHEN jsonb_typeof({_PG_VALUE}) = 'number' AND {_PG_TEXT} ~ '{form}' THEN {then} END"


_PG = {
    "text": _PG_TEXT,
    "integer": _pg_number(r"^-?\d{1,18}$", f"{_PG_TEXT}::bigint"),
    "number": _pg_number("", f"{_PG_TEXT}::numeric"),
    "boolean": f"CASE WHEN jsonb_typeof({_PG_VALUE}) = 'boolean' THEN {_PG_VALUE}::boolean END",
    "date": _pg_dated(_PG_DAY, f"{_PG_TEXT}::date"),
    "moment": _pg_dated(_PG_DAY + _PG_TIME, f"{_PG_TEXT}::timestamp"),
    "instant": _pg_number(
        r"^\d{1,15}$",
        f"CASE WHEN {_PG_TEXT}::bigint <= {YEAR_9999} THEN to_timestamp({_PG_TEXT}::bigint / 1000.0) END",
    ),
    "json": f"nullif({_PG_VALUE}, 'null'::jsonb)",
}
# OFFSET 0 keeps the planner from reading the JSON anew for each column.
_PG_SOURCE = f"record r CROSS JOIN LATERAL (SELECT ({_PG_BODY})::jsonb AS j OFFSET 0) b"
_PG_SURVEY = f"""
SELECT r.kind, e.key,
  CASE jsonb_typeof(e.value) WHEN 'boolean' THEN 'boolean' WHEN 'null' THEN 'null'
    WHEN 'number' THEN CASE WHEN e.value::text ~ '^-?\\d+$' THEN 'integer' ELSE 'number' END
    WHEN 'string' THEN CASE WHEN e.value #>> '{{}}' = '' THEN 'null' WHEN e.value #>> '{{}}' ~ '^{_PG_DAY}$' THEN 'date'
      WHEN e.value #>> '{{}}' ~ '^{_PG_DAY}{_PG_TIME}$' THEN 'moment' ELSE 'text' END
    ELSE 'json' END AS shape,
  count(*) AS n
FROM {_PG_SOURCE}, jsonb_each(b.j) e GROUP BY 1, 2, 3 ORDER BY n DESC, 1, 2, 3
"""

COLUMNS = {
    "sqlite": Columns(f"(SELECT r.*, {_LITE_BODY} AS b FROM record r) r", _LITE, _LITE_SURVEY),
    "postgresql": Columns(_PG_SOURCE, _PG, _PG_SURVEY),
}
