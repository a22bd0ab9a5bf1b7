"""An organisation, its people, and what each may do in it."""

from piccolo.columns import UUID, Array, ForeignKey, Timestamptz, Varchar
from piccolo.table import Table


class Organisation(Table, tablename="organisation"):
    """A tenant. `domains` are the e-mail domains that its employees have."""

    id = UUID(primary_key=True, default=None)
    name = Varchar(length=200, unique=True)
    domains = Array(base_column=Varchar(length=253), default=list)
    timezone = Varchar(length=64)
    created_at = Timestamptz(default=None)


class Person(Table, tablename="person"):
    """Somebody with an address; what they may do stands in their memberships.

    An address is one person everywhere, so that nobody is booked in two places at once.
    `email` is kept as given, `email_key` is what addresses are compared by. Without a `language`
    they read what their browser asks for.
    """

    id = UUID(primary_key=True, default=None)
    email = Varchar(length=254)
    email_key = Varchar(length=254, unique=True)
    language = Varchar(length=20, null=True, default=None)
    created_at = Timestamptz(default=None)


class KnownAs(Table, tablename="known_as"):
    """What an organisation calls a person: no organisation learns a name from another."""

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    person = ForeignKey(references=Person, null=False, default=None)
    name = Varchar(length=200)


class Membership(Table, tablename="membership"):
    """A role of a person in an organisation."""

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    person = ForeignKey(references=Person, null=False, default=None)
    role = Varchar(length=20)
    created_at = Timestamptz(default=None)
