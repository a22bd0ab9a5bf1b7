"""Which of Debian's packages holds a library that a browser asks for."""

import re
import shutil
import subprocess

# Debian's names. Newer releases know them too, where their own end in t64.
PACKAGES = {
    "libasound.so.2": "libasound2",
    "libatk-1.0.so.0": "libatk1.0-0",
    "libatk-bridge-2.0.so.0": "libatk-bridge2.0-0",
    "libatspi.so.0": "libatspi2.0-0",
    "libcairo.so.2": "libcairo2",
    "libcups.so.2": "libcups2",
    "libdbus-1.so.3": "libdbus-1-3",
    "libdrm.so.2": "libdrm2",
    "libexpat.so.1": "libexpat1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgbm.so.1": "libgbm1",
    "libgio-2.0.so.0": "libglib2.0-0",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libgtk-3.so.0": "libgtk-3-0",
    "libnspr4.so": "libnspr4",
    "libnss3.so": "libnss3",
    "libnssutil3.so": "libnss3",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libsmime3.so": "libnss3",
    "libudev.so.1": "libudev1",
    "libwayland-client.so.0": "libwayland-client0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libxcb.so.1": "libxcb1",
    "libXcomposite.so.1": "libxcomposite1",
    "libXdamage.so.1": "libxdamage1",
    "libXext.so.6": "libxext6",
    "libXfixes.so.3": "libxfixes3",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libXrandr.so.2": "libxrandr2",
}
LACKING = re.compile(r"error while loading shared libraries: (\S+):|(\S+) => not found")


def lacking(browser: str, said: str) -> list[str]:
    """What the loader named as it gave up, the first alone, and the others if ldd is here."""
    found = LACKING.finditer(said + _ldd(browser))
    return list(dict.fromkeys(match[1] or match[2] for match in found))


def _ldd(browser: str) -> str:
    if not shutil.which("ldd"):
        return ""
    return subprocess.run(["ldd", browser], capture_output=True, text=True, check=False).stdout


def packages(missing: list[str]) -> list[str]:
    return list(dict.fromkeys(PACKAGES[library] for library in missing if library in PACKAGES))


def advice(missing: list[str]) -> str:
    """What to install, in words."""
    unknown = [f"the package that holds {one}" for one in missing if one not in PACKAGES]
    return ", ".join([*packages(missing), *unknown])
