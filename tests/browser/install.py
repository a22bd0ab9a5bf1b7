"""Makes sure that there is a browser which starts: `python -m tests.browser.install`.

`TEST_CHROMIUM` names one, else the system's is taken, else Playwright's own. Where there is none,
Playwright's is downloaded; where that cannot be, and Debian may be asked, it is installed.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.browser import libraries

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLAYWRIGHT = [sys.executable, "-m", "playwright", "install", "chromium", "--only-shell"]
TRIED = ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "about:blank"]
PATIENCE = 60
Done = subprocess.CompletedProcess[str]


class NoBrowser(Exception):
    """One line that says what to do."""


def find() -> str | None:
    """The path of a browser that is here. Raises NoBrowser for a `TEST_CHROMIUM` that is not."""
    if named := os.environ.get("TEST_CHROMIUM"):
        if not shutil.which(named):
            raise NoBrowser(f"TEST_CHROMIUM names {named}, which is not a program.")
        return named
    return next(filter(None, map(shutil.which, NAMES)), None) or _playwrights_own()


def _playwrights_own() -> str | None:
    for line in _run([*PLAYWRIGHT, "--dry-run"]).stdout.splitlines():
        label, _, folder = line.partition(":")
        if label.strip() == "Install location" and "headless_shell" in folder:
            found = Path(folder.strip()).glob("*/*headless*shell*")
            return next((str(path) for path in found if os.access(path, os.X_OK)), None)
    return None


def found() -> str:
    """Raises NoBrowser."""
    if path := find():
        return path
    raise NoBrowser(
        "There is no browser for the tests: install Chromium (Debian: apt-get install chromium), "
        "or name one in TEST_CHROMIUM."
    )


def install() -> str:
    """The path of a browser that has been started. Raises NoBrowser."""
    path = find() or _fetch()
    missing = _missing(path)
    if missing and _debian_may_be_asked():
        _ask_debian(*libraries.packages(missing))
        missing = _missing(path)
    if missing:
        raise NoBrowser(
            f"{path} cannot start, because the system lacks {', '.join(missing)}. "
            f"Install {libraries.advice(missing)}."
        )
    return path


def _fetch() -> str:
    sys.stderr.write("Fetching a browser for the tests.\n")
    subprocess.run(PLAYWRIGHT, capture_output=True, check=False)
    if find() is None and _debian_may_be_asked():
        _ask_debian("chromium")
    return found()


def _missing(path: str) -> list[str]:
    """The libraries that it cannot start without. Raises NoBrowser when that is not the reason."""
    try:
        done = _run([path, *TRIED])
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoBrowser(f"{path} cannot start: {error}") from None
    if done.returncode == 0:
        return []
    if missing := libraries.lacking(path, done.stderr):
        return missing
    said = (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
    raise NoBrowser(f"{path} cannot start: {said}")


def _debian_may_be_asked() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _ask_debian(*packages: str) -> None:
    sys.stderr.write(f"Installing {', '.join(packages)} for the tests' browser.\n")
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", *command], env=quietly, stdout=subprocess.DEVNULL, check=False)


def _run(command: list[str]) -> Done:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)


def main() -> None:
    try:
        path = install()
    except NoBrowser as error:
        sys.exit(str(error))
    sys.stdout.write(f"The tests' browser is {path}\n")


if __name__ == "__main__":
    main()
