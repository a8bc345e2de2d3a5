"""Cooling: the clipped normal ramp, the affine load, and the figures it must come near."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from capplan import cooling

TEMPERATURE = st.floats(-40.0, 45.0)
SPREAD = st.floats(0.0, 8.0)


def option(**changes: object) -> pd.DataFrame:
    """Return a cooling table of one plain option."""
    row: dict[str, object] = {
        "cooling_id": "plain",
        "fixed_overhead": 0.05,
        "electrical_loss": 0.1,
        "free_cooling_power": 0.1,
        "mechanical_power": 0.3,
        "free_below_c": 5.0,
        "full_mechanical_above_c": 15.0,
        "driver": "dry_bulb",
        "water_l_per_kwh": 2.0,
    }
    return pd.DataFrame([row | changes])


def climate(dry: list[float], sd: float = 0.0, station: str = "s") -> pd.DataFrame:
    """Return climate rows of one hour in the first months; the wet bulb is 3 K below the dry bulb."""
    return pd.DataFrame(
        {
            "station_id": station,
            "month": np.arange(1, len(dry) + 1),
            "hour": 0,
            "dry_bulb_c": dry,
            "dry_bulb_sd_c": sd,
            "wet_bulb_c": np.asarray(dry) - 3.0,
            "wet_bulb_sd_c": sd,
        }
    )


@pytest.mark.parametrize(("mean", "sd", "lower", "upper"), [(3.0, 4.0, 5.0, 15.0), (20.0, 6.0, 0.0, 35.0)])
def test_mean_ramp_is_the_integral(mean: float, sd: float, lower: float, upper: float) -> None:
    """The closed form equals numerical integration of the clipped ramp."""

    def integrand(t: float) -> float:
        ramp = min(max((t - lower) / (upper - lower), 0.0), 1.0)
        return ramp * float(stats.norm.pdf(t, mean, sd))

    expected, _ = integrate.quad(integrand, mean - 10 * sd, mean + 10 * sd, points=[lower, upper], limit=200)
    assert float(cooling.mean_ramp(mean, sd, lower, upper)) == pytest.approx(expected, abs=1e-7)


def test_mean_ramp_without_spread_is_the_ramp() -> None:
    """A standard deviation of zero gives the ramp itself, and equal ends give a step."""
    ramp = cooling.mean_ramp([0.0, 7.5, 10.0, 20.0], 0.0, 5.0, 15.0)
    assert ramp.tolist() == pytest.approx([0.0, 0.25, 0.5, 1.0])
    assert cooling.mean_ramp([4.0, 6.0], 0.0, 5.0, 5.0).tolist() == pytest.approx([0.0, 1.0])


@given(TEMPERATURE, SPREAD, TEMPERATURE, st.floats(0.0, 30.0), st.floats(0.0, 10.0))
def test_mean_ramp_is_a_share_and_rises(
    mean: float, sd: float, lower: float, width: float, warmer: float
) -> None:
    """The mean ramp lies in [0, 1] and never falls when it gets warmer."""
    cold = float(cooling.mean_ramp(mean, sd, lower, lower + width))
    warm = float(cooling.mean_ramp(mean + warmer, sd, lower, lower + width))
    assert 0.0 <= cold <= 1.0
    assert warm >= cold - 1e-6


def test_affine_coefficients_by_hand() -> None:
    """31 January days at 0 degC and 28 February days at 10 degC: half a ramp for 28/59 of the time."""
    table = cooling.affine_pue(option(), climate([0.0, 10.0]))
    row = table.loc["plain"]
    warm = 28.0 / 59.0
    assert row["fixed"] == pytest.approx(0.05)
    assert row["variable"] == pytest.approx(1.1 * (1.1 + 0.2 * 0.5 * warm))
    assert row["variable_peak"] == pytest.approx(1.1 * 1.2)
    assert row["water_l_per_kwh"] == pytest.approx(2.0 * warm)


def test_peak_takes_the_design_hour() -> None:
    """With a spread of 2 K the design hour is 5 K above the hottest mean."""
    table = cooling.affine_pue(option(), climate([0.0, 5.0], sd=2.0))
    assert table.loc["plain", "variable_peak"] == pytest.approx(1.1 * (1.1 + 0.2 * 0.5))


def test_wet_bulb_drives_when_asked() -> None:
    """The wet bulb is 3 K below, so the wet-bulb option runs on a smaller share of the ramp."""
    table = cooling.affine_pue(option(driver="wet_bulb"), climate([11.0]))
    assert table.loc["plain", "variable"] == pytest.approx(1.1 * (1.1 + 0.2 * 0.3))


@given(
    st.lists(TEMPERATURE, min_size=1, max_size=12),
    SPREAD,
    st.tuples(st.floats(0.0, 0.3), st.floats(0.0, 0.5), st.floats(0.0, 0.5)),
    st.floats(0.05, 1.0),
)
def test_pue_is_at_least_one(
    dry: list[float], sd: float, plant: tuple[float, float, float], load: float
) -> None:
    """1 <= PUE, and the peak slope is never below the mean slope."""
    loss, free, extra = plant
    table = cooling.affine_pue(
        option(electrical_loss=loss, free_cooling_power=free, mechanical_power=free + extra), climate(dry, sd)
    )
    row = table.loc["plain"]
    assert float(cooling.pue(row["fixed"], row["variable"], load)) >= 1.0 - 1e-12
    assert row["variable_peak"] >= row["variable"]


def test_stations_are_independent_and_sorted() -> None:
    """The table over stations holds each station's own rows, whatever the order of the climate rows."""
    warm, cold = climate([20.0], station="b"), climate([0.0], station="a")
    table = cooling.pue_table(option(), pd.concat([warm, cold]))
    assert list(table.index) == [("a", "plain"), ("b", "plain")]
    again = cooling.pue_table(option(), pd.concat([cold, warm]))
    pd.testing.assert_frame_equal(table, again)
    expected = cooling.affine_pue(option(), warm)
    assert table.xs("b").to_numpy().tolist() == expected.to_numpy().tolist()
