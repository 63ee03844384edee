"""Frozen dataclasses to JSON and back; whatever is unknown, missing, of the wrong type or not finite is refused.

Knows pydantic; knows nothing of what the dataclasses mean.
"""

import dataclasses
import functools
import json
from typing import Any, TypeVar, cast

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import from_json

from models.errors import InputError, require

T = TypeVar("T")


@functools.cache
def _adapter(cls: Any) -> TypeAdapter[Any]:
    _forbid_extras(cls)
    return TypeAdapter(cls)


def _forbid_extras(cls: Any) -> None:
    """Sets pydantic's configuration on a dataclass and on the dataclasses among its fields."""
    cls.__pydantic_config__ = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    for field in dataclasses.fields(cls):
        if dataclasses.is_dataclass(field.type):
            _forbid_extras(field.type)


def read(cls: type[T], text: bytes | str, where: str) -> T:
    """The dataclass in a JSON text; raises InputError that names `where`, the field and what was found."""
    try:
        value: T = _adapter(cast(Any, cls)).validate_json(text)
    except ValidationError as error:
        raise InputError(f"{where}: {_described(error)}") from None
    # a field with a default may be left out in code, but not in a file: the default may be another one tomorrow
    missing = _first_missing(value, from_json(text))
    require(not missing, f"{where}: {missing}: Field required.")
    return value


def write(value: Any) -> str:
    """The dataclass as JSON text, indented, with a newline at its end; refuses NaN and infinity."""
    return json.dumps(dataclasses.asdict(value), indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def write_line(value: Any) -> str:
    """The dataclass as one line of JSON with a newline at its end; refuses NaN and infinity."""
    return json.dumps(dataclasses.asdict(value), allow_nan=False, ensure_ascii=False) + "\n"


def _described(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    path = ".".join(str(part) for part in first["loc"])
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    if first["type"] == "value_error":  # a dataclass's own check: its sentence names the field and the value
        return f"{path}: {first['ctx']['error']}" if path else str(first["ctx"]["error"])
    found = "" if first["type"] in ("missing", "json_invalid") else f"; found {_shown(first['input'])}"
    return f"{path or 'the whole file'}: {first['msg']}{found}{more}."


def _first_missing(value: Any, given: Any, path: str = "") -> str:
    """The path of the first field of the dataclass that its JSON, already found valid, leaves out; or nothing."""
    if isinstance(value, tuple):
        pairs = enumerate(zip(value, given, strict=True))
        return next((found for i, (part, json) in pairs if (found := _first_missing(part, json, f"{path}{i}."))), "")
    if not dataclasses.is_dataclass(value):
        return ""
    for field in dataclasses.fields(value):
        name = path + field.name
        missing = name if field.name not in given else _first_missing(
            getattr(value, field.name), given[field.name], f"{name}."
        )  # fmt: skip
        if missing:
            return missing
    return ""


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
