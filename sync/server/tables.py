"""What the centre keeps, as SQLAlchemy Core tables for SQLite and PostgreSQL alike.

Records are documents in one table whatever their kind, so a new form needs no new centre. JSON is kept as text: it
holds every value a laptop can send (``jsonb`` refuses NUL). Times are milliseconds since 1970 (UTC), except the two
hybrid times in ``history``. Digests are sixteen hexadecimal digits.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA = 2

metadata = MetaData()
# SQLite numbers rows by itself only when the column is called INTEGER.
Number = BigInteger().with_variant(Integer, "sqlite")

meta = Table(
    "meta",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("schema", Integer, nullable=False),
    Column("epoch", String(32), nullable=False),
    Column("epoch_no", Integer, nullable=False),
    Column("rotated_at", BigInteger, nullable=False),
    Column("secret_check", String(64), nullable=False),
)

# The lock row of each area that holds records.
area = Table(
    "area",
    metadata,
    Column("code", String(20), primary_key=True),
    Column("head", BigInteger, nullable=False),
    Column("digest", String(16), nullable=False),
    Column("n", BigInteger, nullable=False),
)

record = Table(
    "record",
    metadata,
    Column("area", String(20), nullable=False),
    Column("id", String(32), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("ver", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("stamps", Text, nullable=False),
    Column("removed", Boolean, nullable=False),
    # The id alone: two centres' workers that take in one record at once, in two areas, cannot both keep it.
    PrimaryKeyConstraint("id"),
    UniqueConstraint("area", "seq"),
)

departure = Table(
    "departure",
    metadata,
    Column("area", String(20), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("id", String(32), nullable=False),
    Column("to_area", String(20), nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("area", "seq"),
    Index("departure_of", "id", "area"),
)

# What a laptop pushed, before any merging looked at it: zstd of JSON.
journal = Table(
    "journal",
    metadata,
    Column("no", Number, primary_key=True),
    Column("origin", String(64), nullable=False),
    Column("device", String(32), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Index("journal_of", "origin", "first"),
)

# Who wrote what, losers too; nothing here is ever changed or deleted. ``grp`` "" is a whole new record.
history = Table(
    "history",
    metadata,
    Column("no", Number, primary_key=True),
    Column("area", String(20), nullable=False),
    Column("id", String(32), nullable=False),
    Column("ver", BigInteger, nullable=False),
    Column("grp", String(64), nullable=False),
    Column("old", Text),
    Column("new", Text),
    Column("by", String(64), nullable=False),
    Column("device", String(32), nullable=False),
    Column("origin", String(64), nullable=False),
    Column("mseq", BigInteger, nullable=False),
    Column("at_raw", BigInteger, nullable=False),
    Column("at_adjusted", BigInteger, nullable=False),
    Column("outcome", String(16), nullable=False),
    Index("history_of", "id"),
)

# The fingerprints of what one request brought, 16 bytes for each number from ``first`` to ``last``.
taken = Table(
    "taken",
    metadata,
    Column("origin", String(64), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("marks", LargeBinary, nullable=False),
    PrimaryKeyConstraint("origin", "first"),
)

# Answers that say more than "applied"; every other number in ``taken`` was answered just so.
receipt = Table(
    "receipt",
    metadata,
    Column("origin", String(64), nullable=False),
    Column("mseq", BigInteger, nullable=False),
    Column("verdict", SmallInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("advice", Text, nullable=False),
    PrimaryKeyConstraint("origin", "mseq"),
    sqlite_with_rowid=False,
)

account = Table(
    "account",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("display_name", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("password", Text, nullable=False),
    Column("gen", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
)

# Kept after it ends, so that an edit made while it held is still accepted.
assignment = Table(
    "assignment",
    metadata,
    Column("no", Number, primary_key=True),
    Column("account", ForeignKey("account.name"), nullable=False, index=True),
    Column("area", String(20), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger),
)

device = Table(
    "device",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account", ForeignKey("account.name"), nullable=False, index=True),
    Column("name", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)

# An identity under which a laptop numbers its changes; it belongs to one account for ever.
origin = Table(
    "origin",
    metadata,
    Column("origin", String(64), primary_key=True),
    Column("account", ForeignKey("account.name"), nullable=False),
    Column("device", String(32), nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

token = Table(
    "token",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("device", ForeignKey("device.id"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

# A sign-in that has not succeeded (yet), and from where; kept for as long as it counts against the next one.
knock = Table(
    "knock",
    metadata,
    Column("no", Number, primary_key=True),
    Column("account", String(64), nullable=False, index=True),
    Column("address", String(64), nullable=False, index=True),
    Column("at", BigInteger, nullable=False, index=True),
)

# What one withdrawn laptop handed in under one origin; ``laptop_now`` is its clock when it last did.
parcel = Table(
    "parcel",
    metadata,
    Column("no", Number, primary_key=True),
    Column("account", ForeignKey("account.name"), nullable=False),
    Column("device", ForeignKey("device.id"), nullable=False),
    Column("origin", String(64), nullable=False),
    Column("laptop_now", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    UniqueConstraint("device", "origin"),
)

# One change of a parcel: encrypted until the office decides, empty afterwards. ``mark`` tells a repeat from another
# change with the same number; ``outcome`` is "" until then.
sealed = Table(
    "sealed",
    metadata,
    Column("parcel", ForeignKey("parcel.no"), nullable=False),
    Column("mseq", BigInteger, nullable=False),
    Column("mark", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("outcome", String(16), nullable=False),
    PrimaryKeyConstraint("parcel", "mseq", "mark"),
)

audit = Table(
    "audit",
    metadata,
    Column("no", Number, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("act", String(32), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("detail", Text, nullable=False),
)

# A blob of one record, from the moment it was first asked about: the chunks that came as bits of ``got``, and when it
# was found whole. The bytes are not here.
blob = Table(
    "blob",
    metadata,
    Column("record", String(32), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("got", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
    Column("touched_at", BigInteger, nullable=False),
    Column("stored_at", BigInteger),
    PrimaryKeyConstraint("record", "sha256"),
    Index("blob_touched", "touched_at"),
)
