"""What the text says against the tables and against itself: the N-* checks.

`sentences` cuts the text, `numbers` reads figures, `facts` says what they may count, `cues` which
words claim a fact, `claims` reads the claims, `judgements` holds them against the tables. By
themselves stand `enumerations`, `fees`, `years` and `names`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gongkai.checks.narrative.enumerations import check_n_items
from gongkai.checks.narrative.fees import check_n_fee
from gongkai.checks.narrative.judgements import check_claims
from gongkai.checks.narrative.names import check_n_lawname
from gongkai.checks.narrative.years import check_n_years

if TYPE_CHECKING:
    from gongkai.checks.rule import CheckFunction

__all__ = ["NARRATIVE"]

_CLAIMS = (
    "N-RECEIVED",
    "N-APPLICANTS",
    "N-PENDSTART",
    "N-PROCESSED",
    "N-PENDEND",
    "N-GRANTED",
    "N-PARTIAL",
    "N-DENIED",
    "N-UNABLE",
    "N-REJECTED",
    "N-CLOSED",
    "N-REVIEW",
    "N-SUIT",
    "N-NORMDOC",
    "N-DECISIONS",
)

#: The checks by id, in the order in which they run.
NARRATIVE: dict[str, CheckFunction] = {
    **{name: partial(check_claims, check=name) for name in _CLAIMS},
    "N-FEE": check_n_fee,
    "N-ITEMS": check_n_items,
    "N-ALLDONE": partial(check_claims, check="N-ALLDONE"),
    "N-YEARS": check_n_years,
    "N-LAWNAME": check_n_lawname,
}
