"""The protocol's words: its version, what of it is spoken here, and its headers."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from email.utils import format_datetime
from typing import Annotated

from fastapi import Depends, Header
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import InvalidPart, RequestInvalidError
from app.uploads.errors import TusVersionError

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,termination"
PATH = "/api/v1/uploads"
PIECE = "application/offset+octet-stream"
MAXIMUM_METADATA_LENGTH = 4096
REQUEST_HEADERS = ("Tus-Resumable", "Upload-Length", "Upload-Metadata", "Upload-Offset")
ANSWER_HEADERS = (
    "Tus-Resumable",
    "Tus-Version",
    "Tus-Extension",
    "Tus-Max-Size",
    "Upload-Offset",
    "Upload-Length",
    "Upload-Metadata",
    "Upload-Expires",
    "Upload-Dataset",
)
_OVERRIDING = "x-http-method-override"
_MAY_BE_MEANT = ("PATCH", "DELETE")


class TusProtocol:
    """Puts the version on every answer about uploads; lets clients that know only POST say what they mean."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or not scope["path"].startswith(PATH):
            await self._app(scope, receive, send)
            return
        meant = Headers(scope=scope).get(_OVERRIDING, "").upper()
        if scope["method"] == "POST" and meant in _MAY_BE_MEANT:
            scope["method"] = meant

        async def send_with_version(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Tus-Resumable"] = VERSION
            await send(message)

        await self._app(scope, receive, send_with_version)


def _check_version(tus_resumable: Annotated[str, Header()] = "") -> None:
    if tus_resumable != VERSION:
        raise TusVersionError(
            f"The header Tus-Resumable is {tus_resumable!r}; it must be {VERSION}.",
            remedy="Use a client of the tus protocol, or upload the file in one request to /api/v1/datasets.",
        )


SpeaksTus = Depends(_check_version)


def described_by(metadata: str) -> dict[str, str]:
    """Return what the header Upload-Metadata says: names with values, which come as base64.

    Raises
    ------
    RequestInvalidError
        It is too long, or no such list.
    """
    if len(metadata) > MAXIMUM_METADATA_LENGTH:
        raise _invalid(f"it has {len(metadata):,} characters; {MAXIMUM_METADATA_LENGTH:,} are allowed")
    described = {}
    for pair in filter(None, (each.strip() for each in metadata.split(","))):
        name, _, value = pair.partition(" ")
        try:
            described[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise _invalid(f"the value of {name!r} is not base64 of UTF-8") from None
    return described


def http_date(moment: datetime) -> str:
    """Return a moment as headers write it (RFC 9110, section 5.6.7)."""
    return format_datetime(moment, usegmt=True)


def _invalid(detail: str) -> RequestInvalidError:
    return RequestInvalidError(
        f"Upload-Metadata: {detail}.",
        remedy="Send pairs of a name and a base64 value, such as: filename dGFibGUuY3N2",
        errors=[InvalidPart(pointer="/header/Upload-Metadata", detail=detail)],
    )
