"""The interactive page of a plan: one HTML file with map, charts, sheets and search that needs no network.

The plan becomes compact JSON here (`document`), views are found by walking (`registry`), and the script that draws them is
built beforehand from ``maps/page`` and travels in the package. Nothing here knows a region.
"""

from capplan.page.write import FILE, page_for, write_page

__all__ = ["FILE", "page_for", "write_page"]
