"""A technology file: one kind of module, with what it holds, costs, takes and serves."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, Literal

from pydantic import Field

from capplan.schema.base import Bilingual, Identity, Model, Quantity


class LeadTime(Model):
    """Time from decision to service [yr]."""

    existing_campus: Quantity = Field(description="On a campus that stands [yr]")
    new_campus: Quantity = Field(description="On a campus that is new [yr]")


class Technology(Model):
    """The whole of one ``technologies/<id>.yaml``; numbers are per module."""

    id: Identity = Field(description="Id, also the file name")
    name: Bilingual = Field(description="Name")
    kind: Literal["hall", "ai", "supercomputing", "edge", "vault", "legacy"] = Field(
        description="Kind of hall"
    )
    buildable: bool = Field(description="Whether new modules may be built")
    module_name: Bilingual = Field(description="What one module is called")
    standard_racks: Quantity = Field(description="Standard racks occupied [standard_rack]")
    pflops_fp16: Quantity = Field(description="Computing power in FP16 [PFLOPS]")
    pflops_fp64: Quantity = Field(description="Computing power in FP64 [PFLOPS]")
    it_kw: Quantity = Field(description="IT power when full [kW]")
    edge_nodes: Quantity = Field(description="Edge nodes it makes [1]")
    dr_centre: bool = Field(description="Whether it makes its site a disaster-recovery centre")
    serves: tuple[Identity, ...] = Field(description="Service classes it can serve")
    copies: bool = Field(description="Whether it may hold second copies")
    utilisation_cap: Quantity = Field(description="Largest share in use [ratio]")
    sites: Literal["all", "existing", "copies_eligible"] = Field(description="Sites where it may be built")
    max_modules: Quantity = Field(description="Most modules on one site [1]")
    lead_time_years: LeadTime = Field(description="Time from decision to service [yr]")
    lifetime_years: Quantity = Field(description="Life of building and plant [yr]")
    it_lifetime_years: Quantity = Field(description="Life of IT equipment [yr]")
    capex_cny: Quantity = Field(description="Overnight cost of building and plant [CNY]")
    it_capex_cny: Quantity = Field(description="Overnight cost of IT equipment [CNY]")
    fom_cny_per_year: Quantity = Field(description="Fixed operation of building and plant [CNY/yr]")
    it_fom_cny_per_year: Quantity = Field(description="Fixed operation of IT equipment [CNY/yr]")
    land_ha: Quantity = Field(description="Land taken [ha]")
    cooling: tuple[Identity, ...] = Field(min_length=1, description="Cooling systems it may have")
    replaces: tuple[Identity, ...] = Field(
        default=(), description="Technologies of which it replaces one module"
    )
    replace_cost_cny: Quantity | None = Field(
        default=None, description="Cost of clearing what it replaces [CNY]"
    )

    @property
    def quantities(self) -> dict[str, Quantity]:
        """Every quantity by its dotted key."""
        found: dict[str, Quantity] = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, Quantity):
                found[name] = value
            elif isinstance(value, LeadTime):
                found[f"{name}.existing_campus"] = value.existing_campus
                found[f"{name}.new_campus"] = value.new_campus
        return found


_MODULE = ("1", "", "count", "module", "modules")

QUANTITY_UNITS: Final = MappingProxyType(
    {
        "standard_racks": ("standard_rack", "standard_rack/module"),
        "pflops_fp16": ("PFLOPS", "pflops_fp16", "pflops_fp16/module", "PFLOPS/module"),
        "pflops_fp64": ("PFLOPS", "pflops_fp64", "pflops_fp64/module", "PFLOPS/module"),
        "it_kw": ("kW", "kW/module"),
        "edge_nodes": (*_MODULE, "edge_node", "edge_node/module"),
        "utilisation_cap": ("ratio",),
        "max_modules": _MODULE,
        "lead_time_years.existing_campus": ("yr",),
        "lead_time_years.new_campus": ("yr",),
        "lifetime_years": ("yr",),
        "it_lifetime_years": ("yr",),
        "capex_cny": ("CNY", "CNY/module"),
        "it_capex_cny": ("CNY", "CNY/module"),
        "fom_cny_per_year": ("CNY/yr", "CNY/module/yr"),
        "it_fom_cny_per_year": ("CNY/yr", "CNY/module/yr"),
        "land_ha": ("ha", "ha/module"),
        "replace_cost_cny": ("CNY", "CNY/module"),
    }
)
"""Units that each quantity may be given in; all of one key mean the same."""
