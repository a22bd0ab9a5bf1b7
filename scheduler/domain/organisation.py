"""A tenant: added by whoever runs Chairtime, and kept up by its admins."""

from datetime import datetime

import email_validator
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from scheduler.domain import text, wallclock
from scheduler.domain.errors import Conflict, FieldError, Invalid, NotFound
from scheduler.i18n import say, words
from scheduler.storage import audit, memberships, organisations
from scheduler.storage.rows import Caller, Organisation
from scheduler.storage.transaction import transaction

NO_DOMAIN = say("“{domain}” is not the part after @ of an address: write it as in example.org.")
TAKEN = say("“{domain}” is another organisation’s here. Ask whoever runs Chairtime.")
MOST_DOMAINS = 50


class OrganisationExists(Conflict):
    """There is an organisation of this name already."""


class OrganisationChange(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is left out stays. `domains` replaces the list."""

    name: str | UnsetType = UNSET
    domains: list[str] | UnsetType = UNSET
    timezone: str | UnsetType = UNSET


def check(name: str, domains: list[str], zone: str) -> tuple[str, list[str]]:
    """Name and domains as they are stored. Raises Invalid."""
    try:
        cleaned = text.clean_line(name, limit=200)
    except ValueError as error:
        raise Invalid(FieldError("name", words(error))) from None
    if zone not in wallclock.ZONES:
        raise Invalid(FieldError("timezone", wallclock.NO_ZONE.fill(zone=text.shown(zone))))
    if len(domains) > MOST_DOMAINS:
        raise Invalid(FieldError("domains", say("At most {most} fit.", most=MOST_DOMAINS)))
    return cleaned, list(dict.fromkeys(_domain(domain) for domain in domains))


def _domain(domain: str) -> str:
    typed = text.trim(domain).removeprefix("@")
    try:
        return email_validator.validate_email(f"a@{typed}", check_deliverability=False).domain
    except ValueError:
        raise Invalid(FieldError("domains", NO_DOMAIN.fill(domain=text.shown(domain)))) from None


def merged(here: Organisation, wanted: OrganisationChange) -> Organisation:
    """Raises Invalid."""
    given = {
        field: value
        for field in wanted.__struct_fields__
        if (value := getattr(wanted, field)) is not UNSET
    }
    both = replace(here, **given)
    name, domains = check(both.name, both.domains, both.timezone)
    return replace(both, name=name, domains=domains)


def check_domains(here: Organisation, wanted: list[str], all_: list[Organisation]) -> None:
    """Raises Invalid for one that becomes theirs and is another organisation's: its people would
    be led to a sign-in that these admins set up. To share one is for whoever runs Chairtime.
    """
    taken = {text.key(domain) for one in all_ if one.id != here.id for domain in one.domains}
    for domain in wanted:
        if domain not in here.domains and text.key(domain) in taken:
            raise Invalid(FieldError("domains", TAKEN.fill(domain=domain)))


@transaction
async def add(name: str, domains: list[str], zone: str, now: datetime) -> Organisation:
    cleaned, checked = check(name, domains, zone)
    if await organisations.named(cleaned):
        raise OrganisationExists
    organisation = await organisations.add(cleaned, checked, zone, now)
    await audit.record(organisation, None, "organisation.add", organisation, now)
    return await named(cleaned)


async def of(caller: Caller) -> Organisation:
    found = await organisations.get(caller.organisation)
    if found is None:
        raise NotFound
    return found


@transaction
async def change(caller: Caller, wanted: OrganisationChange, now: datetime) -> Organisation:
    """A repeat changes nothing."""
    await memberships.hold(caller.organisation)
    here = await of(caller)
    changed = merged(here, wanted)
    if changed == here:
        return here
    check_domains(here, changed.domains, await organisations.everyone())
    rival = await organisations.named(changed.name)
    if rival and rival.id != here.id:
        raise OrganisationExists
    await organisations.change(changed)
    await audit.record(here.id, caller.id, "organisation.change", here.id, now)
    return changed


async def named(name: str) -> Organisation:
    try:
        found = await organisations.named(text.clean_line(name, limit=200))
    except ValueError:
        found = None
    if found is None:
        raise NotFound
    return found


async def only_one() -> Organisation | None:
    """The organisation, where there is just one to mean."""
    found = await organisations.everyone()
    return found[0] if len(found) == 1 else None
