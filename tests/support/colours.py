"""Colours as people see them: lightness, differences, and what those without red or green cones see of them."""

from __future__ import annotations

from typing import Literal

import numpy as np
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

Sight = Literal["normal", "protanopia", "deuteranopia"]

#: Machado, Oliveira and Fernandes (2009), severity 1.0, for linear RGB; doi:10.1109/TVCG.2009.113.
_SEEN = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])


def lab(colour: str, sight: Sight = "normal") -> NDArray[np.float64]:
    """Return a colour in CIE L*a*b* (D65), as it is seen."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(_SEEN[sight] @ linear, 0.0, 1.0)
    ratio = (_XYZ @ seen) / _WHITE
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(one: str, other: str, sight: Sight = "normal") -> float:
    """Return the difference of two colours (CIE 1976)."""
    return float(np.linalg.norm(lab(one, sight) - lab(other, sight)))
