"""The page's fonts; they are cut out where the report may use them too."""

from __future__ import annotations

from capplan.webfont import FAMILY, face_rules, used_characters

__all__ = ["FAMILY", "face_rules", "used_characters"]
