"""What a page may load and run, written into its own head once it is built.

The theme writes a few inline scripts, different by the depth of the page: their hashes are allowed,
and no other inline script. The engines of the search and of SQL run in workers, which have
the policy of their own file, so that no page compiles anything. What stands inside the article came from our templates and from reports;
a script there is never hashed, so that a text which got through the escaping would still not run.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache

_CHARSET = b'<meta charset="utf-8">'
_ARTICLE = re.compile(rb"<article\b.*</article>", re.DOTALL)
_INLINE = re.compile(rb"<script(?![^>]*\s(?:src|type)=)[^>]*>(.*?)</script>", re.DOTALL)


@lru_cache(maxsize=256)
def _hash(script: bytes) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"


def policy(html: bytes, hosts: tuple[str, ...] = (), read: tuple[str, ...] = ()) -> str:
    """The Content-Security-Policy of a page.

    Args:
        html: the page as built.
        hosts: other hosts whose pictures and places of originals it may ask for.
        read: other hosts whose files it reads. Newer browsers do not hold a worker to the policy
            of its page, older ones do.
    """
    outside = _ARTICLE.sub(b"", html)
    hashes = dict.fromkeys(_hash(found[1]) for found in _INLINE.finditer(outside))
    rules = {
        "default-src": ("'self'",),
        "script-src": ("'self'", *hashes),
        "style-src": ("'self'", "'unsafe-inline'"),
        "img-src": ("'self'", "data:", *hosts),
        "connect-src": ("'self'", *dict.fromkeys((*hosts, *read))),
        "worker-src": ("'self'",),
        "object-src": ("'none'",),
        "frame-src": ("'none'",),
        "base-uri": ("'self'",),
        "form-action": ("'self'",),
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in rules.items())


def secured(html: bytes, hosts: tuple[str, ...] = (), read: tuple[str, ...] = ()) -> bytes:
    """The page with its policy before everything that could be loaded or run.

    Raises:
        ValueError: if the page does not name its encoding where the policy would stand.
    """
    if _CHARSET not in html:
        raise ValueError(f"a page begins with {_CHARSET.decode()}, and its policy stands behind")
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(html, hosts, read)}">'
    return html.replace(_CHARSET, _CHARSET + meta.encode(), 1)
