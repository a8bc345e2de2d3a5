r"""Shares by prefecture: no prefecture holds more, or less, than a share of the region's capacity.

For prefectures *p*, a metric and every period *y* from the first year given::

    metric[p,y] <= max_share * metric[region,y],    metric[p,y] >= min_share * metric[region,y]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pydantic import Field

from capplan.errors import Fault, nearest_name
from capplan.feature import Audit, Context, Feature, Parameters
from capplan.ledgers import LEDGERS
from capplan.messages import Text, msg
from capplan.program import Terms, Tier

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.case import Case


class SharesParameters(Parameters):
    """What is shared and how."""

    metric: str = Field("standard_racks", description="ledger by site, technology and year that is shared")
    max_share: float = Field(1.0, gt=0, le=1, description="largest share of one prefecture [ratio]")
    min_share: float = Field(0.0, ge=0, lt=1, description="least share of every prefecture [ratio]")
    from_year: int = Field(0, description="first year in which the shares hold [yr]")


def faults(_: Case, parameters: SharesParameters) -> list[Fault]:
    """Return a fault where no ledger by site and year has the metric's name.

    Parameters
    ----------
    _
        The case; it does not matter here.
    parameters
        The feature's parameters.
    """
    known = sorted(name for name, (_, keys, _) in LEDGERS.items() if {"site_id", "year"} <= {*keys})
    if parameters.metric in known:
        return []
    return [
        Fault(
            file="study.yaml",
            row=None,
            column="features.shares.metric",
            value=parameters.metric,
            problem=msg("{what} is not known", what=msg("the metric")),
            remedy=msg("use one of: {known}", known=", ".join(known)),
            nearest=nearest_name(parameters.metric, known),
        )
    ]


def _rows(context: Context | Audit) -> pd.DataFrame:
    data = context.data
    years = [year for year in data.years if year >= context.parameters.from_year]
    return pd.DataFrame({"region": data.prefectures}).merge(pd.DataFrame({"year": years}), how="cross")


def _bounds(context: Context | Audit) -> list[tuple[str, float, bool]]:
    parameters = context.parameters
    both = [("max_share", parameters.max_share, False), ("min_share", parameters.min_share, True)]
    return [bound for bound in both if (bound[1] > 0 if bound[2] else bound[1] < 1)]


def constraints(context: Context) -> None:
    """Hold the shares."""
    data = context.data
    ledger = context.program.ledgers[context.parameters.metric]
    rows = _rows(context)
    own_keys = data.region_sites.merge(rows.reset_index(names="row"), on="region")[["site_id", "year", "row"]]
    whole = data.region_sites[data.region_sites["region"] == data.case.study.region][["site_id"]]
    all_keys = whole.merge(rows.reset_index(names="row")[["year", "row"]], how="cross")
    own, own_fixed = ledger.read(own_keys, len(rows))
    for name, share, least in _bounds(context):
        total, fixed = ledger.read(all_keys.assign(weight=share), len(rows))
        terms = Terms.of(
            np.concatenate([own.row, total.row]),
            np.concatenate([own.column, total.column]),
            np.concatenate([own.coefficient, -total.coefficient]),
        )
        context.add_limit(
            name,
            rows,
            terms,
            own_fixed - fixed,
            0.0,
            unit="unit",
            tier=Tier.POLICY,
            at_least=least,
            share=share,
            whole=ledger.read(all_keys, len(rows)),
        )


def check(audit: Audit) -> None:
    """Check the shares."""
    data, rows = audit.data, _rows(audit)
    book = audit.ledger(audit.parameters.metric, ["site_id", "year"])
    own = book.merge(data.region_sites, on="site_id").groupby(["region", "year"])["value"].sum()
    have = own.reindex(pd.MultiIndex.from_frame(rows)).fillna(0.0).to_numpy()
    region = pd.MultiIndex.from_frame(rows.assign(region=data.case.study.region))
    total = own.reindex(region).fillna(0.0).to_numpy()
    some = np.where(total > 0, total, 1.0)
    for name, share, least in _bounds(audit):
        step = _step(audit, rows, share)
        audit.limit(
            name,
            rows,
            np.where(total > 0, have / some, share),
            share,
            unit="ratio",
            at_least=least,
            step=step / some,
        )


def _step(audit: Audit, rows: pd.DataFrame, share: float) -> NDArray[np.float64]:
    """Return the least by which one module of the study region moves a prefecture's share; any amount if unknown."""
    data, metric = audit.data, audit.parameters.metric
    if metric not in data.technologies.columns:
        return np.full(len(rows), np.inf)
    pairs = data.site_technologies[["site_id", "technology"]].merge(
        pd.DataFrame({"year": data.years}), how="cross"
    )
    each = pairs.assign(value=data.technologies[metric].astype(float).reindex(pairs["technology"]).to_numpy())
    whole = data.region_sites[data.region_sites["region"] == data.case.study.region]["site_id"]
    step = []
    for region, year in rows[["region", "year"]].itertuples(index=False):
        now = each[(each["year"] == year) & (each["value"] > 0)]
        own = now["site_id"].isin(data.region_sites.loc[data.region_sites["region"] == region, "site_id"])
        moved = now["value"] * np.abs(own.astype(float) - share * now["site_id"].isin(whole).astype(float))
        step.append(moved[moved > 0].min())
    return np.nan_to_num(np.asarray(step, dtype=np.float64))


FEATURE = Feature(
    name="shares",
    title=Text(zh="各市（州）份额", en="Shares by prefecture"),
    parameters=SharesParameters,
    constraints=constraints,
    check=check,
    faults=faults,
)
