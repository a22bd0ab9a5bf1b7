"""What comes out of the printer."""

import re

from playwright.async_api import Page


async def pages(page: Page) -> int:
    """On how many sheets this is printed."""
    printed = await page.pdf(prefer_css_page_size=True, print_background=True)
    return len(re.findall(rb"/Type\s*/Page\b", printed))
