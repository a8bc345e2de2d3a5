"""All input tables of a case by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from capplan.schema.announced import ANNOUNCED
from capplan.schema.needs import NEEDS
from capplan.schema.places import PLACES
from capplan.schema.policy import POLICY
from capplan.schema.supply import SUPPLY
from capplan.schema.translated import TRANSLATED

if TYPE_CHECKING:
    from capplan.schema.spec import TableSpec

TABLES: Mapping[str, TableSpec] = MappingProxyType(
    {spec.name: spec for spec in (*PLACES, *SUPPLY, *NEEDS, *POLICY, *ANNOUNCED, *TRANSLATED)}
)
"""Every table of a case, in the order in which they are written; those that are not optional must be there."""
