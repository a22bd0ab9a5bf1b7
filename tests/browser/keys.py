"""Going about a page with the keyboard alone."""

from playwright.async_api import Locator, Page

MOST_STOPS = 80
FOCUSED = "(element) => element === document.activeElement"
# The input of a chip is as large as its label, which then shows the focus for it.
SHOWN = """(element) => [element, element.parentElement, ...(element.labels ?? [])].some((one) => {
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
})"""


async def tab_to(page: Page, wanted: Locator) -> None:
    """Tab until it has the focus, which must be seen. In a group of radios arrows go on."""
    for _ in range(MOST_STOPS):
        await page.keyboard.press("Tab")
        if await wanted.evaluate(FOCUSED):
            assert await wanted.evaluate(SHOWN), f"nothing shows that {wanted} has the focus"
            return
    raise AssertionError(f"{wanted} is not reached with Tab")
