"""Parameters of a study that several rules share: how route km become milliseconds, how money of years compares."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["FinanceRule", "LatencyRule"]


class LatencyRule(BaseModel):
    """How route km become milliseconds: fibre, routers on the way, access at both ends."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fibre_us_per_km: float = Field(
        4.9, gt=0, description="propagation delay, one way [us/km]; group index 1.468"
    )
    node_delay_ms: float = Field(0.05, ge=0, description="delay per router or amplifier node passed [ms]")
    access_delay_ms: float = Field(
        0.1, ge=0, description="access and equipment delay at both ends together, one way [ms]"
    )
    basis: str = Field(
        "round_trip", pattern="^(round_trip|one_way)$", description="what a limit is compared with"
    )
    detour: float = Field(
        1.3, ge=1, description="fibre km over great-circle km where no route is known [ratio]"
    )
    metro_radius_km: float = Field(
        60.0, ge=0, description="below this great-circle distance a direct metro link exists [km]"
    )


class FinanceRule(BaseModel):
    """How money of different years is compared."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wacc: float = Field(0.06, ge=0, lt=1, description="real discount rate [1/yr]")
    carbon_price_cny_per_t: float = Field(
        0.0, ge=0, description="price on location-based emissions [CNY/t CO2]"
    )
