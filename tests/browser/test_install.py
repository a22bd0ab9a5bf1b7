"""`python -m tests.browser.install`: what it does when a browser is not there or not whole."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import commands

LOADER = "error while loading shared libraries: {}: cannot open shared object file: No such file"


def program(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def install(folder: Path, **environ: str) -> commands.Done:
    """With nothing on the PATH but what the test has put into this folder."""
    nowhere = {"PATH": str(folder), "PLAYWRIGHT_BROWSERS_PATH": f"{folder}/none",
               "PLAYWRIGHT_DOWNLOAD_HOST": "http://127.0.0.1:1", "TEST_CHROMIUM": ""}  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", "tests.browser.install"],
        env=commands.environment(**nowhere) | environ,
        cwd=commands.ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libnss3.so", "libnss3"),
        ("libatk-bridge-2.0.so.0", "libatk-bridge2.0-0"),
        ("libnew.so.7", "the package that holds libnew.so.7"),
    ],
)
def test_a_browser_that_lacks_a_library_names_its_package_in_one_line(
    tmp_path: Path, library: str, package: str
) -> None:
    browser = program(tmp_path / "chromium", f'echo "$0: {LOADER.format(library)}" >&2; exit 127')
    done = install(tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"{browser} cannot start, because the system lacks {library}. Install {package}.\n"
    )


def test_all_that_is_missing_is_named_at_once_where_ldd_knows(tmp_path: Path) -> None:
    program(tmp_path / "chromium", f'echo "{LOADER.format("libnss3.so")}" >&2; exit 127')
    program(tmp_path / "ldd", 'echo "libnss3.so => not found"; echo "libgbm.so.1 => not found"')
    assert install(tmp_path).stderr.endswith("Install libnss3, libgbm1.\n")


def test_debian_is_asked_for_what_is_missing_if_it_may_be(tmp_path: Path) -> None:
    lacks = f'test -e {tmp_path}/done || {{ echo "{LOADER.format("libgbm.so.1")}" >&2; exit 127; }}'
    program(tmp_path / "chromium", lacks)
    program(tmp_path / "apt-get", f'echo "$@" >> {tmp_path}/asked; : > {tmp_path}/done')
    done = install(tmp_path)
    if os.geteuid() == 0:
        assert done.returncode == 0
        asked = (tmp_path / "asked").read_text().splitlines()
        assert asked == ["update", "install -y --no-install-recommends libgbm1"]
    else:
        assert done.returncode == 1
        assert done.stderr.endswith("Install libgbm1.\n")


def test_no_browser_anywhere_is_an_error(tmp_path: Path) -> None:
    done = install(tmp_path)
    assert done.returncode == 1
    assert "apt-get install chromium" in done.stderr.splitlines()[-1]


def test_a_browser_that_fails_otherwise_says_its_last_words(tmp_path: Path) -> None:
    program(tmp_path / "chromium", "echo Bus error >&2; exit 1")
    assert install(tmp_path).stderr == f"{tmp_path}/chromium cannot start: Bus error\n"


def test_a_browser_that_is_named_must_be_there(tmp_path: Path) -> None:
    done = install(tmp_path, TEST_CHROMIUM=f"{tmp_path}/mine")
    assert done.returncode == 1
    assert done.stderr == f"TEST_CHROMIUM names {tmp_path}/mine, which is not a program.\n"


def test_the_one_of_the_system_is_taken_and_started(tmp_path: Path) -> None:
    browser = program(tmp_path / "chromium-browser", f"echo $@ > {tmp_path}/started")
    done = install(tmp_path)
    assert (done.returncode, done.stdout) == (0, f"The tests' browser is {browser}\n")
    assert "--headless" in (tmp_path / "started").read_text()
