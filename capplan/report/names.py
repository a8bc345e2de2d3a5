"""What a planner calls the ids of a plan; the names stand where workbooks and layers may use them too."""

from __future__ import annotations

from capplan.exchange.names import Names

__all__ = ["Names"]
