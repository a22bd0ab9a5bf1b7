"""An admin sets up the company's own sign-in, with a real provider at the other end."""

from html import unescape
from pathlib import Path

import pytest

from tests.commands import free_port
from tests.oidc.company import CLIENT_ID, CLIENT_SECRET, company
from tests.web.test_plan_home import words
from tests.web.test_roles import audited
from tests.world import World

pytestmark = pytest.mark.anyio
PAGE = "/admin/sign-in"


async def test_set_up_changed_and_ended(world: World, tmp_path: Path) -> None:
    browser = await world.signed_in(world.ada)
    redirect = "https://chairtime.example/sign-in/company/callback"
    with company(tmp_path, redirect_uri=redirect) as there:
        sent = {"issuer": there.issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        answer = await browser.post(PAGE, sent, page=PAGE)
        assert answer.headers["location"] == f"{PAGE}?said=set-up", answer.text
        html = (await browser.follow(answer)).text
        assert "It works" in words(html)
        assert there.issuer in html
        assert CLIENT_SECRET not in html
        only = {"issuer": there.issuer, "client_id": CLIENT_ID, "required": "true"}
        await browser.post(PAGE, only, page=PAGE)
        html = (await browser.get(PAGE)).text
        assert "and only so" in words(html)
        assert "checked" in html
        ended = await browser.follow(await browser.post(f"{PAGE}/end", page=PAGE))
    assert "From now on a code by mail lets everybody in." in words(ended.text)
    assert [action for action, *_ in await audited("identity_provider.")] == [
        "identity_provider.set_up", "identity_provider.set_up", "identity_provider.remove",
    ]  # fmt: skip


async def test_what_does_not_answer_is_not_stored(world: World) -> None:
    browser = await world.signed_in(world.ada)
    sent = {
        "issuer": f"http://127.0.0.1:{free_port()}",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }
    answer = await browser.post(PAGE, sent, page=PAGE)
    assert answer.status_code == 422
    assert "No company's sign-in answers there" in unescape(words(answer.text))
    assert CLIENT_SECRET not in answer.text
    assert "End it" not in (await browser.get(PAGE)).text
