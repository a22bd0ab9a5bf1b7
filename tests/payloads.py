"""What somebody might type, or have in an export, that must stay what it is: text."""

from collections.abc import Iterator

from tests.document import Document

PAYLOADS = {
    "markup": "\"'><zq onzq=1><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}",
    "address": "javascript:alert(1)//</title></textarea></select></script>--><zq>${7*7}",
    "formula": '=HYPERLINK("https://else.example";"Z") {% zq %} %s {0} {zq} &lt;zq&gt;',
    "word": "Donaudampfschifffahrtsgesellschaftskapitaenswitwenrente" * 4,
    "letters": "שלום مرحبا 你好 👩🏽‍💻🏳️‍🌈 Z̷̢͠a̴̛̅l̵̰̄g̶̹̈o̷̰̚ ﷽ \u200fx\u200e ﬁ",
}
LONGEST = 200
ADDRESSES = ("action", "formaction", "href", "src", "data", "content")


def fitting(payload: str, limit: int) -> str:
    return payload[: min(limit, LONGEST)].strip()


def broken(page: Document) -> Iterator[str]:
    """Every element and attribute that has come from a payload, and what was worked out of one."""
    for one in page.elements:
        made = one.tag == "zq" or (one.tag == "img" and one.get("src") == "x")
        script = one.tag == "script" and not one.get("src").startswith("/static/")
        if made or script or any(name.startswith("on") for name in one.attributes):
            yield f"an element: {one}"
        if any(one.get(name).strip().startswith("javascript:") for name in ADDRESSES):
            yield f"an address: {one}"
    said = " ".join(page.read())
    yield from (f"worked out: {sign}" for sign in ("alert(2)>49", "<zq>$49") if sign in said)
