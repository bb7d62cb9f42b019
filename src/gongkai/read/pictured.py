"""Pictures in a report: which of them may hold a table, so that its loss can be told.

It knows sizes, not formats; what of a picture is read is `scan`.
"""

from __future__ import annotations

# A picture smaller than this (points) holds no table: a seal, a rule, an icon.
_WIDE, _HIGH = 200.0, 60.0


def may_hold_table(wide: float, high: float) -> bool:
    """Whether a picture of this size (points) may be a table."""
    return wide >= _WIDE and high >= _HIGH
