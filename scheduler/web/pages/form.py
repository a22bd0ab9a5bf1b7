"""What a page's form holds, read into the type that its handler names."""

from typing import Any, TypeVar

import msgspec

from scheduler.domain.errors import Invalid
from scheduler.web.pages.page import AnyRequest
from scheduler.web.wording import explain

T = TypeVar("T", bound=msgspec.Struct)


async def read(request: AnyRequest, wanted: type[T]) -> T:
    """Empty fields count as left out; a field of type list takes all values of its name.

    Raises Invalid, with the first field that cannot be used.
    """
    sent = await request.form()
    lists = {field.encode_name for field in msgspec.structs.fields(wanted) if _is_list(field.type)}
    values: dict[str, Any] = {}
    for name, value in sent.multi_items():
        if name in lists:
            values.setdefault(name, []).append(value)
        elif value != "":
            values[name] = value
    try:
        return msgspec.convert(values, wanted, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid(explain(str(error), wanted)) from None


def _is_list(kind: Any) -> bool:
    return isinstance(msgspec.inspect.type_info(kind), msgspec.inspect.ListType)
