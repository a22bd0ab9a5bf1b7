"""How somebody wants to see the pages: language and colours, without JavaScript."""

from litestar import post
from litestar.response import Redirect
from msgspec import Struct

from scheduler import i18n
from scheduler.domain import person
from scheduler.web import access, cookies
from scheduler.web.access import Visiting
from scheduler.web.pages import form
from scheduler.web.pages.page import THEMES, AnyRequest, see_other


class Choice(Struct, frozen=True, kw_only=True):
    """A `theme` of "device" takes a choice back."""

    language: str = ""
    theme: str = ""


@post("/preferences", guards=[access.visitor], include_in_schema=False)
async def choose(request: AnyRequest, guest: Visiting) -> Redirect:
    choice, settings = await form.read(request, Choice), request.app.state.settings
    chosen = []
    if choice.language in i18n.LANGUAGES:
        chosen.append(cookies.choice(settings, cookies.LANGUAGE, choice.language))
        if guest:
            await person.speak(guest, choice.language)
    if choice.theme in {*THEMES, "device"}:
        chosen.append(cookies.choice(settings, cookies.THEME, choice.theme))
    return see_other(request, access.came_from(request), chosen)


HANDLERS = [choose]
