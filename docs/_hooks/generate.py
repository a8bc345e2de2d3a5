"""Parts of the documentation that are generated from the code, put where a page says ``{{ name }}``."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Sequence
from html import unescape
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined


def on_config(config: Any) -> Any:
    """List every decision under its title (called by mkdocs)."""
    folder = Path(config.docs_dir) / "decisions"
    titles = {
        path.name: path.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
        for path in folder.glob("*.md")
    }
    config.nav.append({"Decisions": [{titles[name]: f"decisions/{name}"} for name in sorted(titles)]})
    return config


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Replace every mark of a page by what it stands for (called by mkdocs)."""
    return re.sub(r"^\{\{ (\w+) \}\}$", lambda found: PARTS[found.group(1)](), markdown, flags=re.MULTILINE)


def on_page_content(html: str, **_: Any) -> str:
    """Turn formulas into MathML, which browsers show without any script (called by mkdocs)."""
    pattern = r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>'
    return re.sub(
        pattern,
        lambda found: _mathml(unescape(found.group(3)), block=found.group(2) == "["),
        html,
        flags=re.DOTALL,
    )


def _mathml(formula: str, *, block: bool) -> str:
    import latex2mathml.converter

    return str(latex2mathml.converter.convert(formula.strip(), display="block" if block else "inline"))


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [
        "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
        for row in rows
    ]
    return "\n".join(lines)


def _default(field: Any) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    return "" if value is PydanticUndefined else f"`{value!r}`" if not isinstance(value, BaseModel) else ""


def _type(field: Any) -> str:
    return f"`{_shown(field.annotation)}`"


def _shown(kind: Any) -> str:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _shown(inner[0])
    if origin is Literal:
        return " or ".join(repr(word) for word in inner)
    if origin in {Union, UnionType}:
        return " or ".join("none" if part is type(None) else _shown(part) for part in inner)
    if origin is tuple:
        return f"list of {_shown(inner[0])}"
    if origin is dict:
        return f"mapping of {_shown(inner[0])} to {_shown(inner[1])}"
    names = {str: "text", float: "number", int: "integer", bool: "true or false", Any: "anything"}
    return names.get(kind) or getattr(kind, "__name__", str(kind))


def _fields(model: type[BaseModel]) -> str:
    rows = [
        (f"`{name}`", _type(field), _default(field), field.description or "")
        for name, field in model.model_fields.items()
    ]
    return _table(("parameter", "type", "default", "meaning"), rows) if rows else "No parameters."


def _prose(text: str) -> str:
    """Turn a docstring into Markdown: literal blocks after ``::`` become code."""
    text = inspect.cleandoc(text)
    text = re.sub(r"``(.+?)``", r"`\1`", text)
    out: list[str] = []
    inside = False
    for line in text.splitlines():
        if inside and line and not line.startswith(" "):
            inside = False
        out.append(line)
        if line.endswith("::"):
            out[-1] = line[:-1]
            inside = True
    return "\n".join(out)


def rules() -> str:
    """Return every planning rule: its inequality, parameters and output."""
    from capplan.features import ALWAYS, registry

    parts = []
    for name, feature in registry().items():
        module = inspect.getmodule(feature.parameters)
        text = _prose(module.__doc__ or "") if module else ""
        on = "Always on." if name in ALWAYS else f"On when `features.{name}` stands in the study."
        parts.append(
            f"## {feature.title.en} · {feature.title.zh} {{: #{name} }}\n\n{on}\n\n{text}\n\n{_fields(feature.parameters)}"
        )
    return "\n\n".join(parts)


def ledgers() -> str:
    """Return the ledgers that rules post to and limits read."""
    from capplan.ledgers import LEDGERS

    rows = [(f"`{name}`", unit, ", ".join(dims), meaning) for name, (unit, dims, meaning) in LEDGERS.items()]
    return _table(("ledger", "unit", "index", "meaning"), rows)


def _bounds(column: Any) -> str:
    words = []
    if column.choices:
        words.append(", ".join(f"`{choice}`" for choice in column.choices))
    if column.reference:
        words.append(f"one of `{column.reference}`")
    if column.minimum is not None or column.maximum is not None:
        low = "" if column.minimum is None else f"{column.minimum:g}"
        high = "" if column.maximum is None else f"{column.maximum:g}"
        words.append(f"{low} … {high}")
    if column.empty or not column.required:
        words.append("may be empty")
    if column.ranged:
        words.append("with `_low`, `_high`")
    return "; ".join(words)


def inputs() -> str:
    """Return every input table and its columns."""
    from capplan.schema.tables import TABLES

    shared = {"source", "confidence", "note"}
    parts = []
    for spec in TABLES.values():
        ranges = {
            f"{column.name}_{end}" for column in spec.columns if column.ranged for end in ("low", "high")
        }
        rows = [
            (
                f"`{column.name}`{' (key)' if column.name in spec.key else ''}",
                column.kind,
                column.unit,
                column.description,
                _bounds(column),
            )
            for column in spec.columns
            if column.name not in shared | ranges
        ]
        parts.append(
            f"## {spec.name}\n\n{spec.title}.\n\n{_table(('column', 'type', 'unit', 'meaning', 'allowed'), rows)}"
        )
    return "\n\n".join(parts)


def plan_tables() -> str:
    """Return every table of a plan and its columns."""
    from capplan.plan_tables import LATER_TABLES, PLAN_TABLES

    parts = []
    for table in (*PLAN_TABLES.values(), *LATER_TABLES.values()):
        rows = [
            (f"`{column.name}`", column.kind, column.unit, column.en, column.zh) for column in table.columns
        ]
        parts.append(
            f"### {table.name} · {table.zh}\n\n{table.about_en} Key: {', '.join(f'`{key}`' for key in table.key)}.\n\n"
            + _table(("column", "type", "unit", "heading", "中文"), rows)
        )
    return "\n\n".join(parts)


def study() -> str:
    """Return the keys of the study file."""
    from capplan.schema.study import Objective, Part, Scenario, SolverOptions, Study

    parts = [_fields(Study)]
    models = {"part": Part, "objective": Objective, "solver": SolverOptions, "scenarios.<name>": Scenario}
    for name, model in models.items():
        parts.append(f"### `{name}`\n\n{_fields(model)}")
    return "\n\n".join(parts)


def technology() -> str:
    """Return the keys of a technology file."""
    from capplan.schema.base import Quantity
    from capplan.schema.technology import Technology

    return f"{_fields(Technology)}\n\n### A quantity\n\n{_fields(Quantity)}"


def errors() -> str:
    """Return the error tree with exit codes."""
    from capplan import errors as tree

    return f"```text\n{inspect.cleandoc(tree.__doc__ or '').split('::', 1)[1].strip()}\n```"


def engines() -> str:
    """Return the engines that this environment has."""
    from capplan import solvers

    return "\n".join(f"- `{name}`" for name in solvers.available())


def assumptions() -> str:
    """Return the numbers of the technologies that rest on an assumption, widest range first."""
    import capplan

    case = capplan.load_case("jilin-2025")
    rows = []
    for technology in case.technologies.values():
        for key, number in technology.quantities.items():
            if number.low is None or number.high is None or not number.value:
                continue
            rows.append((technology.id, key, number, (number.high - number.low) / abs(number.value)))
    rows.sort(key=lambda row: (-row[3], row[0], row[1]))
    return _table(
        ("technology", "quantity", "value", "range", "unit", "confidence", "source"),
        [
            (
                f"`{name}`",
                f"`{key}`",
                f"{number.value:,g}",
                f"{number.low:,g} … {number.high:,g}",
                number.unit,
                number.confidence,
                number.source,
            )
            for name, key, number, _ in rows
        ],
    )


def packages() -> str:
    """Return the packaged data packages."""
    import json

    from capplan import resources

    rows = []
    for name in resources.dataset_names():
        about = json.loads(resources.read_text("datasets", f"{name}/datapackage.json"))
        licences = ", ".join(licence.get("name", "") for licence in about.get("licenses", []))
        tables = ", ".join(f"`{part['name']}`" for part in about["resources"])
        rows.append((f"`{name}`", about.get("title", ""), licences, tables))
    return _table(("package", "what", "licence", "tables"), rows)


def confidences() -> str:
    """Return how many rows of each table rest on what."""
    import capplan
    from capplan.schema.spec import CONFIDENCES

    case = capplan.load_case("jilin-2025")
    rows = []
    for name, table in case.tables.items():
        if "confidence" not in table:
            continue
        counts = table["confidence"].value_counts()
        rows.append((f"`{name}`", len(table), *(int(counts.get(word, 0)) or "" for word in CONFIDENCES)))
    return _table(("table", "rows", *CONFIDENCES), rows)


def commands() -> str:
    """Return every command with its usage and options, as click knows them."""
    import click

    from capplan.cli import main

    group = click.Context(main, info_name="capplan")
    parts = []
    for name in main.list_commands(group):
        command = main.get_command(group, name)
        if command is None:
            continue
        context = click.Context(command, info_name=name, parent=group)
        rows = [option.get_help_record(context) for option in command.params]
        table = _table(("option", "meaning"), [(f"`{row[0]}`", row[1]) for row in rows if row and row[1]])
        usage = " ".join(command.collect_usage_pieces(context))
        about = inspect.cleandoc(command.help or "")
        example = re.sub(r"^Example: ", "", command.epilog or "")
        parts.append(
            f"## {name}\n\n    capplan {name} {usage}\n\n{about}\n\n{table}\n\nExample:\n\n    {example}"
        )
    return "\n\n".join(parts)


PARTS: dict[str, Callable[[], str]] = {
    part.__name__: part
    for part in (
        commands,
        packages,
        confidences,
        rules,
        ledgers,
        inputs,
        plan_tables,
        study,
        technology,
        errors,
        engines,
        assumptions,
    )
}
