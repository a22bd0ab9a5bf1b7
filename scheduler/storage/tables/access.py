"""How somebody shows who they are, hashed wherever it is a secret."""

from piccolo.columns import UUID, Boolean, Bytea, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.table import Table

from scheduler.storage.tables.people import Organisation, Person


class Token(Table, tablename="token"):
    """An API token; only the SHA-256 of it is kept."""

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    person = ForeignKey(references=Person, null=False, default=None)
    hash = Bytea(default=None)
    created_at = Timestamptz(default=None)
    expires_at = Timestamptz(null=True, default=None)


class Session(Table, tablename="session"):
    """A browser that is signed in; only the SHA-256 of its cookie is kept.

    `proven` says that a code from the person's own mailbox let them in. What one company vouches
    for is not enough to go on to another.
    """

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    person = ForeignKey(references=Person, null=False, default=None)
    hash = Bytea(default=None)
    created_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    proven = Boolean(default=False)


class SignIn(Table, tablename="sign_in"):
    """Somebody asked to be let in, and proves by a code or a link that the address is theirs.

    `browser_hash` is of the cookie of the browser that asked: nobody else can answer.
    `organisation` is set when they came by a day's link: there a colleague may be new. Code and
    link exist, hashed, once the message is written; `admitted` says that it may be written at all.
    """

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=True, default=None)
    email = Varchar(length=254)
    email_key = Varchar(length=254)
    language = Varchar(length=20, null=True, default=None)
    admitted = Boolean(default=False)
    browser_hash = Bytea(default=None)
    code_hash = Bytea(null=True, default=None)
    link_hash = Bytea(null=True, default=None)
    tries = Integer(default=0)
    destination = Varchar(length=500)
    created_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    proven_at = Timestamptz(null=True, default=None)
    used_at = Timestamptz(null=True, default=None)


class IdentityProvider(Table, tablename="identity_provider"):
    """An organisation's own sign-in, by OpenID Connect. The client's secret is encrypted."""

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    issuer = Varchar(length=500)
    client_id = Varchar(length=300)
    client_secret = Bytea(default=None)
    required = Boolean(default=False)
    created_at = Timestamptz(default=None)


class CalendarFeed(Table, tablename="calendar_feed"):
    """A secret subscription of one's own days; only the SHA-256 of the secret is kept."""

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    person = ForeignKey(references=Person, null=False, default=None)
    hash = Bytea(default=None)
    created_at = Timestamptz(default=None)


class IdempotencyKey(Table, tablename="idempotency_key"):
    """The answer that a key's first request got, for a day."""

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    person = ForeignKey(references=Person, null=False, default=None)
    key = Varchar(length=255)
    route = Varchar(length=300)
    fingerprint = Bytea(default=None)
    status = Integer(null=True, default=None)
    answer = Bytea(null=True, default=None)
    created_at = Timestamptz(default=None)
