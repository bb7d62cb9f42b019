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


def make_server(out: Path, port: int) -> ThreadingHTTPServer:
    """A server of that folder that only this machine reaches; port 0 takes a free one."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(out)))


def serve(out: Path, port: int) -> None:
    """Preview the site until the reader stops it."""
    with make_server(out, port) as server, contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
