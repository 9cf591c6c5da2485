"""Who printed, exported or uncovered what, how many persons, and why: a log that only grows. Never synced."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import DDL, Boolean, Column, Engine, Integer, MetaData, String, Table, event, insert, select

from gridclient.store.disk import writing

_METADATA = MetaData()
TRAIL = Table(
    "trail",
    _METADATA,
    Column("n", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("who", String, nullable=False),
    Column("act", String, nullable=False),
    Column("what", String, nullable=False),
    Column("persons", Integer, nullable=False),
    Column("full", Boolean, nullable=False),
    Column("why", String, nullable=False),
    Column("copies", Integer, nullable=False),
    sqlite_autoincrement=True,
)
for _act in ("UPDATE", "DELETE"):
    event.listen(
        TRAIL,
        "after_create",
        DDL(  # type: ignore[no-untyped-call]
            f"CREATE TRIGGER trail_no_{_act.lower()} BEFORE {_act} ON trail "
            "BEGIN SELECT RAISE(ABORT, 'the trail only grows'); END"
        ),
    )


class Act(StrEnum):
    """What left the screen."""

    PRINT = "print"
    EXPORT = "export"
    UNMASK = "unmask"
    BACKUP = "backup"


WORDS = {Act.PRINT: "打印", Act.EXPORT: "导出", Act.UNMASK: "查看完整号码", Act.BACKUP: "备份"}


@dataclass(frozen=True)
class Step:
    """One line: at ``at``, ``who`` did ``act`` to ``what`` (a title, no personal value), naming so many persons.

    ``full`` says that private values were not masked; ``why`` is the reason given for it.
    """

    at: datetime
    who: str
    act: Act
    what: str
    persons: int = 0
    full: bool = False
    why: str = ""
    copies: int = 1

    @property
    def words(self) -> str:
        """打印 《走访台账》 120 人，完整号码，用于 …."""
        told = [f"{WORDS[self.act]} {self.what}"]
        if self.persons:
            told.append(f"{self.persons} 人")
        told.append("完整号码" if self.full else "已遮盖")
        return "，".join([*told, self.why] if self.why else told)


class Trail:
    """The trail of one vault: append and read, nothing else; triggers refuse the rest."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with writing():
            _METADATA.create_all(engine)

    def add(self, step: Step) -> None:
        """Note one step before it happens: what cannot be noted must not leave the screen. NoSpace when it cannot."""
        with writing(), self._engine.begin() as link:
            link.execute(
                insert(TRAIL).values(
                    at=step.at.isoformat(),
                    who=step.who,
                    act=step.act.value,
                    what=step.what,
                    persons=step.persons,
                    full=step.full,
                    why=step.why,
                    copies=step.copies,
                )
            )

    def people(self) -> list[str]:
        """Everybody who did something here, by name."""
        with self._engine.connect() as link:
            return list(link.scalars(select(TRAIL.c.who).distinct().order_by(TRAIL.c.who)))

    def steps(self, since: datetime | None = None, limit: int = 500, *, who: str = "") -> list[Step]:
        """The newest steps first, no further back than ``since``, of one person if told ``who``."""
        query = select(TRAIL).order_by(TRAIL.c.n.desc()).limit(limit)
        if who:
            query = query.where(TRAIL.c.who == who)
        if since is not None:
            query = query.where(TRAIL.c.at >= since.isoformat())
        with self._engine.connect() as link:
            return [
                Step(
                    datetime.fromisoformat(r.at),
                    r.who,
                    Act(r.act),
                    r.what,
                    r.persons,
                    r.full,
                    r.why,
                    r.copies,
                )
                for r in link.execute(query)
            ]
