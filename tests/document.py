"""A page as a browser's parser understands it: elements with attributes, and the words between."""

from collections.abc import Iterator
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
        "track", "wbr"}  # fmt: skip
UNSEEN = {"script", "style", "template", "title"}
READ_OUT = ("alt", "aria-label", "placeholder", "title")


class Element:
    def __init__(self, tag: str, attributes: dict[str, str], above: "Element | None") -> None:
        self.tag, self.attributes, self.above = tag, attributes, above
        self.words: list[str] = []

    def __repr__(self) -> str:
        shown = "".join(f' {name}="{value[:60]}"' for name, value in self.attributes.items())
        return f"<{self.tag}{shown}>"

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    def around(self) -> Iterator["Element"]:
        """Itself, and all that it is in."""
        one: Element | None = self
        while one:
            yield one
            one = one.above


class Document(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.elements.append(Element(tag, given, self._open[-1] if self._open else None))
        if tag not in VOID:
            self._open.append(self.elements[-1])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        while any(one.tag == tag for one in self._open):
            if self._open.pop().tag == tag:
                break

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1].words.append(data)

    def all(self, *tags: str) -> list[Element]:
        return [one for one in self.elements if one.tag in tags]

    def read(self) -> Iterator[str]:
        """Everything that is seen or read out, piece by piece."""
        for one in self.elements:
            if not any(outer.tag in UNSEEN - {"title"} for outer in one.around()):
                yield from filter(None, (" ".join(words.split()) for words in one.words))
            yield from (one.get(name) for name in READ_OUT if one.get(name))
