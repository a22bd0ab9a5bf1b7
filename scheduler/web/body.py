"""JSON bodies, read strictly and straight into the type that the route declares."""

import functools
from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import State

from scheduler.domain.errors import FieldError, Invalid
from scheduler.web.wording import explain, unreadable


class JsonRequest(Request[Any, Any, State]):
    """Litestar itself would take "5" for 5, and name only the last part of a field's path."""

    __slots__ = ()

    async def json(self) -> Any:
        """Raises Invalid."""
        field = self.route_handler.parsed_data_field
        return read_json(await self.body(), field.annotation if field else Any)


def read_json(body: bytes, wanted: Any) -> Any:
    try:
        return _decoder(wanted).decode(body)
    except msgspec.ValidationError as error:
        raise Invalid(explain(str(error), wanted)) from None
    except msgspec.DecodeError as error:
        raise Invalid(unreadable(str(error))) from None
    except UnicodeDecodeError:
        raise Invalid(FieldError("", "The body is not text in UTF-8.")) from None
    except RecursionError:
        raise Invalid(FieldError("", "The body is nested too deeply.")) from None


@functools.cache
def _decoder(wanted: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(wanted)
