"""Power: load, connection, price, energy, emissions and water by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capplan import power

MVA = st.floats(0.0, 1000.0)


def test_facility_load_and_connection_by_hand() -> None:
    """8 of 10 MW in use: 0.5 + 10 MW, at a power factor of 0.95."""
    load = power.facility_load(10.0, 8.0, 0.05, 1.25)
    assert float(load) == pytest.approx(10.5)
    assert float(power.contracted_mva(load)) == pytest.approx(10.5 / 0.95)
    assert float(power.contracted_mva(load, 1.0)) == pytest.approx(10.5)


def test_connection_steps_by_hand() -> None:
    """Nothing missing, exactly two steps, a little more than two; rounding noise makes no step."""
    steps = power.connection_steps([5.0, 50.0, 50.1, 50.0 + 1e-9], 10.0, 20.0)
    assert steps.tolist() == [0, 2, 3, 2]


@given(MVA, MVA, st.floats(1.0, 100.0))
def test_connection_steps_suffice_and_none_is_spare(required: float, existing: float, step: float) -> None:
    """With the steps the connection suffices; with one fewer it would not."""
    count = int(power.connection_steps(required, existing, step))
    assert existing + count * step >= required - 1e-6
    assert count == 0 or existing + (count - 1) * step < required


def test_charges_energy_emissions_and_water_by_hand() -> None:
    """20 MVA at 23 CNY per kVA and month; one MW for a year; 0.5 kg and 2 L per kWh."""
    assert float(power.capacity_charge(20.0, 23.0)) == pytest.approx(20_000 * 23.0 * 12)
    assert float(power.energy_mwh(1.0)) == pytest.approx(8760.0)
    assert float(power.energy_mwh(2.0, hours=24.0)) == pytest.approx(48.0)
    assert float(power.emissions(8760.0, 0.5)) == pytest.approx(4380.0)
    assert float(power.water_m3(8760.0, 2.0)) == pytest.approx(17520.0)


def tariff_table() -> pd.DataFrame:
    """Return prices of two voltages, dearer from hour 12 on."""
    rows = [
        (kv, hour, base + (0.2 if hour >= 12 else 0.0))
        for kv, base in ((220.0, 0.4), (66.0, 0.5))
        for hour in range(24)
    ]
    return pd.DataFrame(rows, columns=["voltage_kv", "hour", "price_cny_per_kwh"])


def test_mean_price_is_weighted_by_load() -> None:
    """Flat load gives the plain mean; a load in the afternoon only gives the afternoon's price."""
    assert power.mean_price(tariff_table()).to_dict() == pytest.approx({66.0: 0.6, 220.0: 0.5})
    afternoon = power.mean_price(tariff_table(), [0.0] * 12 + [1.0] * 12)
    assert afternoon.to_dict() == pytest.approx({66.0: 0.7, 220.0: 0.6})


@given(st.lists(st.floats(0.01, 10.0), min_size=24, max_size=24), st.floats(0.1, 100.0))
def test_mean_price_lies_between_the_hours(shape: list[float], scale: float) -> None:
    """The mean lies between the cheapest and the dearest hour, whatever the unit of the load."""
    price = power.mean_price(tariff_table(), shape)
    assert price.between([0.5, 0.4], [0.7, 0.6]).all()
    again = power.mean_price(tariff_table(), [scale * x for x in shape])
    assert again.to_dict() == pytest.approx(price.to_dict())
