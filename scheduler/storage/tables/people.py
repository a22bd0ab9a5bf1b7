"""An organisation, its people, and what each may do in it."""

from piccolo.columns import UUID, Array, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.table import Table


class Organisation(Table, tablename="organisation"):
    """A tenant. `domains` are the e-mail domains that its employees have.

    At most `limit_count` massages are one person's in any `limit_days` days; without, as many as
    there are. `waitlist_order` is what else than joining first comes first.
    """

    id = UUID(primary_key=True, default=None)
    name = Varchar(length=200, unique=True)
    domains = Array(base_column=Varchar(length=253), default=list)
    timezone = Varchar(length=64)
    created_at = Timestamptz(default=None)
    limit_count = Integer(null=True, default=None)
    limit_days = Integer(null=True, default=None)
    waitlist_order = Varchar(length=20, null=True, default=None)


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


class Pacing(Table, tablename="pacing"):
    """What an organisation asks for its therapists' bodies; without a row it is the preset.

    `breaks` are by length of shift, in minutes: "180/15". What ends in `_as` says whether a rule
    advises or refuses. What is null is not asked.
    """

    id = UUID(primary_key=True, default=None)
    organisation = ForeignKey(references=Organisation, null=False, default=None)
    breaks = Array(base_column=Varchar(length=9), default=list)
    breaks_as = Varchar(length=10)
    rest_minutes = Integer(default=None)
    rest_every_minutes = Integer(null=True, default=None)
    rests_as = Varchar(length=10)
    most_hands_on_minutes = Integer(null=True, default=None)
    hands_on_as = Varchar(length=10)
    long_day_minutes = Integer(default=None)
    long_day_session_minutes = Integer(null=True, default=None)
    sessions_as = Varchar(length=10)
    changed_at = Timestamptz(default=None)
