"""A server for this machine alone, that answers as a static host does."""

from __future__ import annotations

import contextlib
import io
import re
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import os

#: One part of a file, as a browser asks for it.
_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{1,15})?")


class _Handler(SimpleHTTPRequestHandler):
    """Serves files as a static host does: UTF-8 named, parts of files, the site's own 404."""

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """The answer's head; where one part of a file is asked for, that part alone."""
        asked = _RANGE.fullmatch(self.headers.get("Range", ""))
        path = Path(self.translate_path(self.path))
        if asked is None or not path.is_file():
            return super().send_head()
        about = path.stat()
        start, end = int(asked[1]), min(int(asked[2] or about.st_size), about.st_size - 1)
        if start > end:
            self.send_error(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            return None
        with path.open("rb") as file:
            file.seek(start)
            part = file.read(end - start + 1)
        self.send_response(HTTPStatus.PARTIAL_CONTENT)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(part)))
        self.send_header("Content-Range", f"bytes {start}-{end}/{about.st_size}")
        self.send_header("Last-Modified", self.date_time_string(about.st_mtime))
        self.end_headers()
        return io.BytesIO(part)

    def guess_type(self, path: str | os.PathLike[str]) -> str:
        """The media type, with UTF-8 for texts."""
        kind = super().guess_type(path)
        text = kind.startswith("text/") or kind == "application/json"
        return f"{kind}; charset=utf-8" if text else kind

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name upstream
        """Say nothing."""


class _SharedHandler(_Handler):
    """Lets pages of another address read its files, as a host of downloads must."""

    def end_headers(self) -> None:
        """Say who may read, and what of the answer's head."""
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Expose-Headers", "Content-Range, Content-Length, ETag")
        super().end_headers()

    def do_OPTIONS(self) -> None:
        """Parts of files may be asked for."""
        self.send_response(HTTPStatus.NO_CONTENT)
        self.send_header("Access-Control-Allow-Methods", "GET, HEAD")
        self.send_header("Access-Control-Allow-Headers", "Range")
        self.end_headers()


def make_server(out: Path, port: int, *, shared: bool = False) -> ThreadingHTTPServer:
    """A server of that folder that only this machine reaches.

    Args:
        out: the folder.
        port: 0 takes a free one.
        shared: whether pages of other addresses may read it.
    """
    handler = _SharedHandler if shared else _Handler
    return ThreadingHTTPServer(("127.0.0.1", port), partial(handler, directory=str(out)))


def serve(out: Path, port: int, *, shared: bool = False) -> None:
    """Preview the site, or the downloads it shares, until the reader stops it."""
    with make_server(out, port, shared=shared) as server, contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
