"""Reading a page as somebody does who fills in its forms."""

import re
from html import unescape

TAG = re.compile(r"<(\w+)((?:\s+[\w:-]+(?:=\"[^\"]*\")?)*)\s*/?>")
ATTRIBUTE = re.compile(r"([\w:-]+)(?:=\"([^\"]*)\")?")


def tags(page: str, element: str, /, **wanted: str) -> list[dict[str, str]]:
    """The attributes of each element of this name that has the wanted ones."""
    found = [
        {key: unescape(value) for key, value in ATTRIBUTE.findall(attributes)}
        for kind, attributes in TAG.findall(page)
        if kind == element
    ]
    return [one for one in found if wanted.items() <= one.items()]


def words(page: str) -> str:
    """What of the content can be read, without the spaces between elements."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def radios(page: str) -> dict[str, str]:
    """The times that can be chosen, and the slot that each stands for."""
    return {one["data-time"]: one["value"] for one in tags(page, "input", name="slot")}


def chosen(page: str) -> list[str]:
    return [one["data-time"] for one in tags(page, "input", name="slot") if "checked" in one]


def action(page: str) -> str:
    """Where the form with the times is sent."""
    [form] = [one for one in tags(page, "form") if one.get("class") == "board"]
    return form["action"]
