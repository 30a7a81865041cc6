"""Reading request bodies, and checking them with pydantic so that refusals sound like PostHog's.

PostHog validates with Django REST framework. The annotated types below are its fields: they take what it
takes (a number for a text, "yes" for a boolean) and refuse with its codes and words. `check` runs a model
of such fields and reports the first error only, as PostHog does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from email.parser import BytesParser
from email.policy import HTTP
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from tui.sandbox.server.errors import ApiError, Crash, parse_error, validation

TRUE = frozenset({"t", "y", "yes", "true", "on", "1"})
FALSE = frozenset({"f", "n", "no", "false", "off", "0"})
NUL = re.compile(r"(?<!\\)(\\\\)*\\u0000")
SURROGATE = re.compile("[\ud800-\udfff]")

CODES = {"missing": "required", "invalid": "invalid_input"}
TEXTS = {"missing": "This field is required."}


class Fields(BaseModel):
    """A body's fields. Unknown ones are ignored; `sent` tells the fields that were there."""

    model_config = ConfigDict(extra="ignore")

    def sent(self, name: str) -> bool:
        """Whether the request carried this field."""
        return name in self.model_fields_set


Model = TypeVar("Model", bound=Fields)


def read_body(body: bytes, content_type: str, *, forms: bool) -> Any:
    """The parsed body: any JSON, or a form's fields as texts. No body at all is an empty object.

    Raises `ApiError` 400 for JSON that is none, 415 for a content type the view does not take.
    """
    if not body:
        return {}
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == "application/json":
        try:
            return json.loads(body.decode("utf-8"))
        except RecursionError:
            raise Crash("JSON nested too deep") from None
        except ValueError as error:
            raise parse_error(f"JSON parse error - {error}") from None
    if forms and media_type == "application/x-www-form-urlencoded":
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    if forms and media_type == "multipart/form-data":
        return _read_multipart(body, content_type)
    detail = f'Unsupported media type "{content_type}" in request.'
    raise ApiError(415, "invalid_request", "unsupported_media_type", detail)


def _read_multipart(body: bytes, content_type: str) -> dict[str, str]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    if not message.is_multipart():
        raise parse_error("Multipart form parse error - Invalid boundary in multipart: None")
    fields: dict[str, str] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            fields[name] = content.decode("utf-8", "replace")
    return fields


def _text(value: object, *, most: int | None = None, blank: bool = False, null: bool = False) -> str | None:
    if value is None:
        if null:
            return None
        raise PydanticCustomError("null", "This field may not be null.")
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise PydanticCustomError("invalid", "Not a valid string.")
    text = str(value).strip()
    if not text and not blank:
        raise PydanticCustomError("blank", "This field may not be blank.")
    if most is not None and len(text) > most:
        raise PydanticCustomError("max_length", "Ensure this field has no more than {most} characters.", {"most": most})
    if "\x00" in text:
        raise PydanticCustomError("null_characters_not_allowed", "Null characters are not allowed.")
    if surrogate := SURROGATE.search(text):
        raise PydanticCustomError(
            "surrogate_characters_not_allowed",
            "Surrogate characters are not allowed: U+{number}.",
            {"number": f"{ord(surrogate.group()):04X}"},
        )
    return text


def soft_boolean(value: object) -> bool:
    """A boolean as PostHog takes it: true, 1, "on", "Yes" and their opposites."""
    if value is None:
        raise PydanticCustomError("null", "This field may not be null.")
    if isinstance(value, (bool, int, float, str)):
        word = str(int(value)) if isinstance(value, float) and value in (0, 1) else str(value).strip().lower()
        if word in TRUE or word in FALSE:
            return word in TRUE
    raise PydanticCustomError("invalid", "Must be a valid boolean.")


def _free_json(value: object) -> object:
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    except ValueError:
        raise PydanticCustomError("invalid", "Value must be valid JSON.") from None
    if NUL.search(text) or SURROGATE.search(text):
        raise Crash("the database refuses this character inside JSON")
    return value


def _whole(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, str) and re.fullmatch(r"\s*-?\d{1,20}(\.0*)?\s*", value):
        value = int(value.partition(".")[0])
    if isinstance(value, bool) or not isinstance(value, int):
        raise PydanticCustomError("invalid", "A valid integer is required.")
    if not -(2**31) <= value < 2**31:
        bound = "less than or equal to 2147483647" if value > 0 else "greater than or equal to -2147483648"
        raise PydanticCustomError(
            "max_value" if value > 0 else "min_value", "Ensure this value is {bound}.", {"bound": bound}
        )
    return value


def _texts(value: object) -> list[str]:
    if not isinstance(value, list):
        raise PydanticCustomError(
            "not_a_list", 'Expected a list of items but got type "{kind}".', {"kind": type(value).__name__}
        )
    return [text for item in value if (text := _text(item, most=255))]


def _whole_numbers(value: object) -> list[int]:
    if not isinstance(value, list):
        raise PydanticCustomError(
            "not_a_list", 'Expected a list of items but got type "{kind}".', {"kind": type(value).__name__}
        )
    numbers = []
    for item in value:
        if isinstance(item, bool) or not isinstance(item, int):
            raise PydanticCustomError(
                "incorrect_type",
                "Incorrect type. Expected pk value, received {kind}.",
                {"kind": type(item).__name__},
            )
        numbers.append(item)
    return numbers


Name = Annotated[str, BeforeValidator(lambda value: _text(value, most=400))]
"""A required name of at most 400 characters."""
OptionalName = Annotated[str | None, BeforeValidator(lambda value: _text(value, most=400, blank=True, null=True))]
"""A text of at most 400 characters that may be blank or null."""
OptionalText = Annotated[str | None, BeforeValidator(lambda value: _text(value, blank=True, null=True))]
"""A text that may be blank or null."""
BlankText = Annotated[str, BeforeValidator(lambda value: _text(value, blank=True))]
"""A text that may be blank, not null."""
Note = Annotated[str, BeforeValidator(lambda value: _text(value, most=100, blank=True))]
"""A text of at most 100 characters that may be blank, not null."""
SoftBoolean = Annotated[bool, BeforeValidator(soft_boolean)]
"""A boolean that may be spelled."""
FreeJson = Annotated[Any, BeforeValidator(_free_json)]
"""Any JSON."""
Whole = Annotated[int | None, BeforeValidator(_whole)]
"""A 32-bit whole number, or null."""
Texts = Annotated[list[str], BeforeValidator(_texts)]
"""A list of texts."""
WholeNumbers = Annotated[list[int], BeforeValidator(_whole_numbers)]
"""A list of ids."""


def choice(*words: str) -> BeforeValidator:
    """One of these words exactly."""

    def one_of(value: object) -> str:
        if value is None:
            raise PydanticCustomError("null", "This field may not be null.")
        if value == "":
            raise PydanticCustomError("blank", "This field may not be blank.")
        if isinstance(value, str) and value in words:
            return value
        raise PydanticCustomError("invalid_choice", '"{value}" is not a valid choice.', {"value": str(value)})

    return BeforeValidator(one_of)


def json_fields(data: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """A form's fields with JSON in the named ones parsed. Raises `ApiError` 400."""
    parsed = dict(data)
    for name in names:
        if isinstance(parsed.get(name), str):
            try:
                parsed[name] = json.loads(parsed[name])
            except ValueError:
                raise validation("Value must be valid JSON.", attr=name) from None
    return parsed


def check(model: type[Model], data: object) -> Model:
    """The body as a model. Raises `ApiError` 400 for the first field that is wrong."""
    if not isinstance(data, dict):
        raise validation(f"Invalid data. Expected a dictionary, but got {type(data).__name__}.")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        raise validation(
            TEXTS.get(problem["type"], problem["msg"]),
            code=CODES.get(problem["type"], problem["type"]),
            attr="__".join(str(part) for part in problem["loc"]),
        ) from None
