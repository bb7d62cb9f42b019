"""BibTeX: an entry a work. Text is escaped, addresses stand verbatim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.package.schema import LICENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gongkai.catalog.descriptor import Work

#: Kind of work → its entry type.
TYPES: dict[str, str] = {"report": "techreport", "dataset": "misc"}

_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "&%$#_"},
    }
)
#: What would end the field of an address.
_VERBATIM = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})


def _entry(work: Work) -> str:
    author = work.author.translate(_ESCAPES)
    fields = {
        "author": f"{{{author}}}",
        "title": f"{{{work.title.translate(_ESCAPES)}}}",
        "year": work.year,
        "date": work.dated,
        "version": work.version,
        "institution": author if work.kind == "report" else None,
        "howpublished": f"Data set, {LICENCE['name']}" if work.kind == "dataset" else None,
        "url": work.url.translate(_VERBATIM) if work.url is not None else None,
        "urldate": work.retrieved_on,
        "language": "chinese",
    }
    lines = [f"  {name} = {{{text}}}" for name, text in fields.items() if text is not None]
    return f"@{TYPES[work.kind]}{{{work.key},\n" + ",\n".join(lines) + "\n}"


def write_bibtex(works: Sequence[Work]) -> str:
    """The entries of these works."""
    return "\n\n".join(map(_entry, works))
