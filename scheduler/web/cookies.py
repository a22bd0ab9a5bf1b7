"""The cookies that we set, and how they are kept from everybody else."""

from datetime import timedelta

from litestar.datastructures import Cookie

from scheduler.domain.session import LASTS
from scheduler.domain.signin import VALID_FOR
from scheduler.settings import Settings

SESSION, BROWSER, FEED = "chairtime", "chairtime-browser", "chairtime-feed"
OPENED = "chairtime-opened"
LANGUAGE, THEME = "chairtime-language", "chairtime-theme"
SHOWN_FOR = timedelta(minutes=1)
OPENED_LASTS = timedelta(hours=12)
CHOICES_LAST = timedelta(days=365)


def name(settings: Settings, purpose: str) -> str:
    """With https the browser itself holds it to this host, to every path and to https."""
    return f"__Host-{purpose}" if settings.is_https else purpose


def session(settings: Settings, secret: str) -> Cookie:
    return _secret(settings, SESSION, secret, LASTS)


def no_session(settings: Settings) -> Cookie:
    return _secret(settings, SESSION, "", timedelta(0))


def browser(settings: Settings, secret: str) -> Cookie:
    """Binds a sign-in to the browser that asked for it."""
    return _secret(settings, BROWSER, secret, 2 * VALID_FOR)


def feed(settings: Settings, secret: str) -> Cookie:
    """Carries a new calendar's address to the page that shows it, once."""
    return _secret(settings, FEED, secret, SHOWN_FOR)


def no_feed(settings: Settings) -> Cookie:
    return _secret(settings, FEED, "", timedelta(0))


def opened(settings: Settings, seal: str) -> Cookie:
    """Says that a personal link's page was shown here."""
    return _secret(settings, OPENED, seal, OPENED_LASTS)


def choice(settings: Settings, purpose: str, value: str) -> Cookie:
    """How somebody wants to see the pages; no secret, and no person in it."""
    return _cookie(settings, purpose, value, CHOICES_LAST)


def _secret(settings: Settings, purpose: str, value: str, lasts: timedelta) -> Cookie:
    return _cookie(settings, name(settings, purpose), value, lasts)


def _cookie(settings: Settings, key: str, value: str, lasts: timedelta) -> Cookie:
    return Cookie(
        key=key,
        value=value,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=settings.is_https,
        httponly=True,
        samesite="lax",
    )
