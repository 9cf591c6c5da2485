"""The vocabulary in which records are declared: one function per kind of blank on a paper form.

A declaration reads ``name: str = text("楼栋名称", longest=20, listed=True)``. Form, list, search, ledger, import columns,
masking, completeness, merge groups and ``docs/records.md`` all follow from it and are written nowhere else.
Choices are stored as codes (``str``), shown in the words of their list.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field as part
from functools import cache, cached_property
from string import Formatter
from typing import Annotated, Any, ClassVar, TypeVar, cast

from annotated_types import BaseMetadata
from pydantic import BaseModel, ValidationError, create_model
from sqlalchemy import JSON, DateTime
import sqlmodel

from gridclient import values
from gridclient.blanks import Choice, Field
from sync.record import SyncedRecord

RECORDS: dict[str, "RecordSpec"] = {}  # kind → its spec, in declaration order (= navigation order)

T = TypeVar("T", bound=SyncedRecord)


@dataclass(frozen=True)
class RecordSpec:
    """One record kind as declared: its name on the wire, its title on the screen, its table and its fields.

    ``called`` formats one record in a line from its own fields. ``key`` names the fields by which an import
    recognises the same record again.
    """

    name: str
    title: str
    table: type[SyncedRecord]
    fields: tuple[Field, ...]
    called: str = ""
    key: tuple[str, ...] = ()
    drawer: str = ""
    by_name: dict[str, Field] = part(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.by_name.update({f.name: f for f in self.fields})

    def field(self, name: str) -> Field:
        """The field called ``name``; KeyError when the kind has none."""
        return self.by_name[name]

    def line(self, record: SyncedRecord) -> str:
        """One record in one line, for links, timelines and messages on the screen (never for a log)."""
        return self.line_from({name: getattr(record, name) for name in self.naming})

    def line_from(self, told: Mapping[str, Any]) -> str:
        """The same from the values of the fields in ``naming`` alone, for lists of thousands."""
        words = {name: self.field(name).text(told[name]) for name in self.naming}
        return values.tidy(self.called.format(**words)) if self.called else self.title

    @cached_property
    def naming(self) -> tuple[str, ...]:
        """The fields a record's line is made of."""
        return tuple(dict.fromkeys(name for _text, name, *_rest in Formatter().parse(self.called) if name))

    @property
    def listed(self) -> tuple[Field, ...]:
        return tuple(f for f in self.fields if f.listed)

    @property
    def append_only(self) -> bool:
        return self.table.APPEND_ONLY


class Record(SyncedRecord):
    """The base of every kind: knows its declaration and says what is wrong with its own values."""

    spec: ClassVar[RecordSpec]

    def problems(self) -> dict[str, str]:
        """Field → a sentence on why its value may not be stored; empty when all may."""
        found = {f.name: why for f in self.spec.fields if (why := f.check(getattr(self, f.name)))}
        if not found:
            try:
                _types_of(type(self)).__pydantic_validator__.validate_python(self.__dict__)
            except ValidationError as error:
                found = {str(e["loc"][0] if e["loc"] else ""): "这里的内容不合格式" for e in error.errors()}
        return found


def record(
    title: str, *, called: str = "", key: tuple[str, ...] = (), append_only: bool = False
) -> Callable[[type[T]], type[T]]:
    """Enter a table class in RECORDS under its kind; a field it cannot draw is refused at once."""

    def enter(table: type[T]) -> type[T]:
        own = tuple(
            _declared(name, info)
            for name, info in table.model_fields.items()
            if name not in SyncedRecord.model_fields
        )
        if append_only:
            table.APPEND_ONLY = True
        drawer = table.__module__.rsplit(".", 1)[-1]
        spec = RecordSpec(table.kind(), title, table, own, called, key, drawer)
        cast(Any, table).spec = spec
        RECORDS[spec.name] = spec
        return table

    return enter


def spec_of(what: SyncedRecord | type[SyncedRecord] | str) -> RecordSpec:
    """The spec of a record, a table class or a kind's name; KeyError for a kind nobody declared."""
    return RECORDS[what if isinstance(what, str) else what.kind()]


def links_to(kind: str) -> list[tuple[RecordSpec, Field]]:
    """Every link field that points at ``kind``: where the tabs of its page come from."""
    return [(spec, f) for spec in RECORDS.values() for f in spec.fields if f.to == kind]


def text(label: str, *, longest: int = 100, default: str = "", **marks: Any) -> Any:
    """One line of text."""
    return _blank("text", label, default, longest=longest, **marks)


def person_name(label: str, *, longest: int = 50, **marks: Any) -> Any:
    """A person's name: up to fifty characters, middle dots, rare characters."""
    return _blank("name", label, "", longest=longest, **marks)


def note(label: str, *, longest: int = 2000, **marks: Any) -> Any:
    """Several lines of text."""
    return _blank("note", label, "", longest=longest, **marks)


def count(label: str, *, default: int | None = None, **marks: Any) -> Any:
    """A whole number, with ``unit``, ``least`` and ``most``; blank is None."""
    return _blank("count", label, default, **marks)


def amount(label: str, *, default: float | None = None, **marks: Any) -> Any:
    """A measured number, with ``unit``, ``least`` and ``most``; blank is None."""
    return _blank("amount", label, default, **marks)


def day(label: str, **marks: Any) -> Any:
    """A calendar day, ``date | None``."""
    return _blank("day", label, None, **marks)


def month(label: str, **marks: Any) -> Any:
    """A month, stored as ``YYYY-MM``."""
    return _blank("month", label, "", longest=7, **marks)


def moment(label: str, **marks: Any) -> Any:
    """A local day with hours and minutes, ``datetime | None`` without a zone: paper knows none."""
    return _blank("moment", label, None, **marks)


def choice(label: str, options: type[Choice], *, default: str = "", **marks: Any) -> Any:
    """One code of a closed list, stored as ``str``."""
    return _blank("choice", label, str(default), choices=options.__name__, **marks)


def choices(label: str, options: type[Choice], **marks: Any) -> Any:
    """Several codes of a closed list, stored as a JSON list."""
    return _blank("choices", label, list, choices=options.__name__, many=True, **marks)


def flag(label: str, *, default: bool = False, **marks: Any) -> Any:
    """Yes or no."""
    return _blank("flag", label, default, **marks)


def phone(label: str, **marks: Any) -> Any:
    """One telephone number; private."""
    return _blank("phone", label, "", longest=30, private=True, **marks)


def phones(label: str, **marks: Any) -> Any:
    """Several telephone numbers, first one first; private."""
    return _blank("phones", label, list, many=True, private=True, **marks)


def id_number(label: str, **marks: Any) -> Any:
    """A document number (GB 11643 for residents); private. Check digits are :mod:`gridclient.rules.identity`'s."""
    return _blank("id_number", label, "", longest=30, private=True, **marks)


def link(label: str, *, to: str, **marks: Any) -> Any:
    """The id of one record of kind ``to``; empty when none."""
    return _blank("link", label, "", to=to, longest=32, index=True, **marks)


def links(label: str, *, to: str, **marks: Any) -> Any:
    """The ids of several records of kind ``to``, as a JSON list."""
    return _blank("links", label, list, to=to, many=True, **marks)


def names(label: str, **marks: Any) -> Any:
    """Several names or short words, as a JSON list."""
    return _blank("names", label, list, many=True, **marks)


def rows(label: str, **marks: Any) -> Any:
    """A small table kept as a JSON list of objects; drawn by a page of its own, never by the generic form."""
    return _blank("rows", label, list, many=True, hidden=True, **marks)


@cache
def _types_of(table: type[SyncedRecord]) -> type[BaseModel]:
    """The same fields without a table behind them: checking one record's types costs 10 µs instead of 250."""
    fields: dict[str, Any] = {}
    for name, info in table.model_fields.items():
        bounds = [bound for bound in info.metadata if isinstance(bound, BaseMetadata)]
        fields[name] = (Annotated[(info.annotation, *bounds)] if bounds else info.annotation, ...)
    return create_model(table.__name__, **fields)


def _blank(kind: str, label: str, default: Any, **marks: Any) -> Any:
    index = marks.pop("index", False)
    group = marks.get("group", "")
    options: dict[str, Any] = {"title": label, "index": index}
    if marks.get("many"):
        options |= {"sa_type": JSON, "default_factory": list}
    else:
        options["default"] = default
    if kind == "moment":
        options["sa_type"] = DateTime  # SQLModel's own type wants a zone, and paper knows none
    extra = {"blank": {"kind": kind, "label": label} | marks} | ({"group": group} if group else {})
    return sqlmodel.Field(**options, schema_extra={"json_schema_extra": extra})


def _declared(name: str, info: Any) -> Field:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    blank = extra.get("blank")
    if not isinstance(blank, dict):
        raise TypeError(f"field {name!r} is not declared in the vocabulary of gridclient.fields")
    marks = dict(blank)
    marks["synonyms"] = tuple(marks.get("synonyms", ()))
    return Field(name=name, **marks)
