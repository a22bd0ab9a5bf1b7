"""A tenant: added by whoever runs Chairtime."""

from datetime import datetime

import email_validator

from scheduler.domain import text, wallclock
from scheduler.domain.errors import Conflict, FieldError, Invalid, NotFound
from scheduler.i18n import say, words
from scheduler.storage import audit, organisations
from scheduler.storage.rows import Caller, Organisation
from scheduler.storage.transaction import transaction

NO_DOMAIN = say("“{domain}” is not the part after @ of an address: write it as in example.org.")


class OrganisationExists(Conflict):
    """There is an organisation of this name already."""


def check(name: str, domains: list[str], zone: str) -> tuple[str, list[str]]:
    """Name and domains as they are stored. Raises Invalid."""
    try:
        cleaned = text.clean_line(name, limit=200)
    except ValueError as error:
        raise Invalid(FieldError("name", words(error))) from None
    if zone not in wallclock.ZONES:
        raise Invalid(FieldError("timezone", wallclock.NO_ZONE.fill(zone=text.shown(zone))))
    return cleaned, [_domain(domain) for domain in domains]


def _domain(domain: str) -> str:
    try:
        return email_validator.validate_email(f"a@{domain}", check_deliverability=False).domain
    except ValueError:
        raise Invalid(FieldError("domain", NO_DOMAIN.fill(domain=text.shown(domain)))) from None


@transaction
async def add(name: str, domains: list[str], zone: str, now: datetime) -> Organisation:
    cleaned, checked = check(name, domains, zone)
    if await organisations.named(cleaned):
        raise OrganisationExists
    organisation = await organisations.add(cleaned, checked, zone, now)
    await audit.record(organisation, None, "organisation.add", organisation, now)
    return await named(cleaned)


async def named(name: str) -> Organisation:
    try:
        found = await organisations.named(text.clean_line(name, limit=200))
    except ValueError:
        found = None
    if found is None:
        raise NotFound
    return found


async def of(caller: Caller) -> Organisation:
    found = await organisations.get(caller.organisation)
    if found is None:
        raise NotFound
    return found


async def only_one() -> Organisation | None:
    """The organisation, where there is just one to mean."""
    found = await organisations.everyone()
    return found[0] if len(found) == 1 else None
