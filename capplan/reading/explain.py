"""From the errors of a pydantic model to faults with file, line, key and remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from capplan.messages import Message, Text, msg
from capplan.reading.slips import form_remedy, meant_word, number_slip
from capplan.reading.yaml_file import Document, Path

if TYPE_CHECKING:
    from capplan.reading.faults import Faults

ModelT = TypeVar("ModelT", bound=BaseModel)

_NOWHERE = Document({})
_LITERALS = re.compile(r"'([^']+)'")


def validated(
    model: type[ModelT],
    content: object,
    file: str,
    faults: Faults,
    *,
    document: Document = _NOWHERE,
    prefix: Path = (),
) -> ModelT | None:
    """Return a model of some content, or None with one fault for every error.

    Parameters
    ----------
    model : type
        The pydantic model.
    content : object
        Plain values, as YAML gives them.
    file : str
        File, for faults.
    faults : Faults
        Collector.
    document : Document
        The document that the content is part of, for lines.
    prefix : tuple
        Path of the content inside the document, as ``("features", "budget")``.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        explain(error, model, file, faults, document=document, prefix=prefix)
        return None


def explain(
    error: ValidationError,
    model: type[BaseModel],
    file: str,
    faults: Faults,
    *,
    document: Document = _NOWHERE,
    prefix: Path = (),
) -> None:
    """Add one fault for every error of a model."""
    for detail in error.errors():
        named = detail.get("ctx", {}).get("key")
        path = (*prefix, *_real_path(detail["loc"]), *([] if named is None else [str(named)]))
        row = document.line(path) or (1 if document.content else None)
        column = ".".join(map(str, path))
        if detail["type"] == "extra_forbidden":
            known = _known_keys(model, detail["loc"][:-1])
            faults.add_unknown(file, msg("the key"), str(detail["loc"][-1]), known, row=row, column=column)
            continue
        if detail["type"] == "literal_error" and isinstance(detail["input"], str):
            words = _LITERALS.findall(str(detail.get("ctx", {}).get("expected", "")))
            meant = meant_word(detail["input"], words)
            faults.add_unknown(
                file, msg("the word"), detail["input"], words, row=row, column=column, meant=meant
            )
            continue
        missing = detail["type"] == "missing"
        value = "" if missing or isinstance(detail["input"], dict | BaseModel) else detail["input"]
        slip = number_slip(value) if isinstance(value, str) and detail["type"] in _NUMBERS else None
        problem, remedy = slip or _said(detail, _meaning(model, detail["loc"]))
        faults.add(file, problem, remedy, row=row, column=column, value=value)


def _said(detail: ErrorDetails, meaning: Text) -> tuple[Message, Message]:
    found = _SAYINGS.get(detail["type"])
    context: dict[str, object] = {key: str(value) for key, value in detail.get("ctx", {}).items()}
    if found is None:
        return msg("{detail}", detail=detail["msg"]), msg("correct the value")
    return found(context | {"meaning": meaning})


def _saying(problem: Message, remedy: Message) -> Callable[[Mapping[str, object]], tuple[Message, Message]]:
    return lambda context: (problem, Message(remedy.template, **context))


_MISSING = _saying(msg("the key is missing"), msg("add it: {meaning}", meaning=""))
_NUMBER = _saying(msg("this is not a number"), msg("write a plain number, without quotes and unit"))
_WHOLE = _saying(msg("this is not a whole number"), msg("write a whole number"))
_STRING = _saying(msg("this is not a text"), msg("write a text, in quotes if it looks like a number"))
_TRUTH = _saying(msg("this is neither true nor false"), msg("write true or false"))
_LIST = _saying(msg("this is not a list"), msg("write a list, as [a, b]"))
_MAPPING = _saying(msg("keys with values are wanted here"), msg("write lines of the form key: value"))
_CHOICE = _saying(msg("the word is not known"), msg("use one of: {expected}", expected=""))
_EMPTY = _saying(msg("there is nothing in it"), msg("fill it in: {meaning}", meaning=""))


def _pattern(context: Mapping[str, object]) -> tuple[Message, Message]:
    return msg("the text does not have the form of its key"), form_remedy(str(context.get("pattern", "")))


_RANGE = msg("the number is out of its range")

_SAYINGS: Mapping[str, Callable[[Mapping[str, object]], tuple[Message, Message]]] = MappingProxyType(
    {
        "missing": _MISSING,
        "number_wanted": _NUMBER,
        "float_type": _NUMBER,
        "float_parsing": _NUMBER,
        "finite_number": _NUMBER,
        "int_type": _WHOLE,
        "int_parsing": _WHOLE,
        "int_from_float": _WHOLE,
        "string_type": _STRING,
        "invalid_key": _STRING,
        "string_pattern_mismatch": _pattern,
        "string_too_short": _EMPTY,
        "too_short": _EMPTY,
        "bool_type": _TRUTH,
        "bool_parsing": _TRUTH,
        "tuple_type": _LIST,
        "list_type": _LIST,
        "dict_type": _MAPPING,
        "model_type": _MAPPING,
        "model_attributes_type": _MAPPING,
        "literal_error": _CHOICE,
        "greater_than_equal": _saying(_RANGE, msg("write a number of at least {ge}", ge="")),
        "less_than_equal": _saying(_RANGE, msg("write a number of at most {le}", le="")),
        "greater_than": _saying(_RANGE, msg("write a number above {gt}", gt="")),
        "less_than": _saying(_RANGE, msg("write a number below {lt}", lt="")),
        "range_order": _saying(
            msg("low <= value <= high does not hold"), msg("put low, value and high in order")
        ),
        "periods_order": _saying(
            msg("the periods do not increase, or begin before the end of the base year"),
            msg("write years that increase, the first one after base_year"),
        ),
    }
)


_NUMBERS = frozenset(
    name for name, said in _SAYINGS.items() if said in {_NUMBER, _WHOLE}
)  # errors of texts where numbers should be


def _real_path(loc: Path) -> Path:
    """Leave out the parts by which pydantic names the members of a union."""
    return tuple(part for part in loc if not (isinstance(part, str) and _is_tag(part)))


def _is_tag(part: str) -> bool:
    return part.startswith(("literal[", "tuple[", "list[", "constrained-", "function-", "dict["))


def _meaning(model: type[BaseModel], loc: Path) -> Text:
    """Return what a key says; in Chinese its name stands for the description."""
    inner = _model_at(model, loc[:-1])
    name = str(loc[-1]) if loc else ""
    described = (
        None if inner is None or name not in inner.model_fields else inner.model_fields[name].description
    )
    return Text(zh=name, en=described or name)


def _known_keys(model: type[BaseModel], loc: Path) -> list[str]:
    inner = _model_at(model, loc)
    return [] if inner is None else list(inner.model_fields)


def _model_at(model: type[BaseModel], loc: Path) -> type[BaseModel] | None:
    found: Any = model
    for part in loc:
        if isinstance(found, type) and issubclass(found, BaseModel):
            if part not in found.model_fields:
                return None
            found = _model_in(found.model_fields[str(part)].annotation) or found
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        found = _model_in(argument)
        if found is not None:
            return found
    return None
