"""People who cannot be brought or told of, and roles that cannot be given."""

from typing import Any

from tests.web.bad import Bad, invalid, missing, refused
from tests.web.bad.plans import EMPTY, UNKNOWN, hidden

ROLES = "admin, coordinator, therapist, employee"
ABOVE = "Only an admin gives or takes away the role “coordinator”."
NINA = {"email": "nina@acme.example", "name": "Nina", "roles": ["employee"]}
NEEDS_ADMIN = "This person is a coordinator or an admin here. Only an admin can take them out."
CONFIRM = (
    "This ends your times ahead and erases what is kept about you, for good."
    " Repeat it with ?confirm=true."
)
ONE_OF_BOTH = "Send either a list of people, or “all”: true."


def person(title: str, field: str, sentence: str, /, **changes: Any) -> Bad:
    return invalid(title, "hana", "POST /people", [(field, sentence)], json=NINA | changes)


def message(title: str, field: str, sentence: str, /, **body: Any) -> Bad:
    request = "POST /events/{day}/messages"
    return invalid(title, "hana", request, [(field, sentence)], json=body)


def invitation(title: str, field: str, sentence: str, /, **body: Any) -> Bad:
    request = "PUT /events/{day}/invitations"
    return invalid(title, "hana", request, [(field, sentence)], json=body)


CASES = [
    person("a role that is none", "roles[0]", f"“boss” is none of the choices: {ROLES}.",
           roles=["boss"]),
    person("no role", "roles", "This must not be an empty list.", roles=[]),
    person("a role from above", "roles", ABOVE, roles=["employee", "coordinator"]),
    person("nobody's address", "email", "An email address must have an @-sign.", email="nina"),
    person("a blank name", "name", EMPTY, name=" "),
    person("a name in two lines", "name", hidden("U+000A"), name="Nina\nNovák"),
    person("a person with a password", "password", UNKNOWN, password="secret"),
    invalid("roles left out", "hana", "PUT /people/{edda}/roles", [("roles", "This is missing.")],
            json={}),
    invalid("a role taken from above", "hana", "PUT /people/{ada}/roles",
            [("roles", ABOVE.replace("coordinator", "admin"))], json={"roles": ["employee"]}),
    refused("somebody from above, to take out", "hana", "DELETE /people/{ada}",
            (409, "needs_admin", NEEDS_ADMIN)),
    missing("somebody of another organisation, to take out", "hana", "DELETE /people/{otto}"),
    message("a message of nothing", "text", EMPTY, text=" \n"),
    message("a message too long", "text", "It has 2001 characters; at most 2000 fit.",
            text="m" * 2001),
    message("a message to nobody known", "audience", "This day has no such shift.",
            text="Late.", audience="everybody"),
    invitation("nobody to invite", "people", ONE_OF_BOTH),
    invitation("some and all to invite", "people", ONE_OF_BOTH, people=["{edda}"], all=True),
    invitation("a therapist to invite", "people[1]", "No employee here has this id.",
               people=["{edda}", "{tara}"]),
    refused("a draft to invite to", "hana", "PUT /events/{draft}/invitations",
            (409, "event_not_open", "Times on this massage day cannot be taken yet."),
            json={"all": True}),
    refused("an erasure that is not confirmed", "emil", "DELETE /me/data",
            (409, "confirm_erasure", CONFIRM)),
]  # fmt: skip
