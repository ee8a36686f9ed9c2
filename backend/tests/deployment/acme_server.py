"""A certificate authority that speaks ACME (RFC 8555), as far as certbot needs it for one name by HTTP.

It signs what it is asked to sign once the name's web server shows what it must. The signatures of requests
are not checked: certbot is trusted here, what is tested is the web server.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import secrets
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

# Certbot renews what is valid for less than a month.
DAYS = 1
AUTHORITY = "Authority of the tests"


def decoded(text: str) -> bytes:
    """Return the bytes of base64 for addresses, without its padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authority:
    """What the server knows.

    Parameters
    ----------
    web_port : int
        Where the names' web server listens, on this machine.
    """

    def __init__(self, web_port: int):
        self.web_port = web_port
        self.issued: list[x509.Certificate] = []
        self.thumbprint = ""
        self.name = ""
        self.token = ""
        self.valid = False
        self._key = ec.generate_private_key(ec.SECP256R1())

    def register(self, key: dict[str, str]) -> None:
        """Keep the thumbprint of an account's key (RFC 7638)."""
        canonical = json.dumps(
            {name: key[name] for name in sorted(key) if name in ("crv", "e", "kty", "n", "x", "y")},
            separators=(",", ":"),
        )
        digest = hashlib.sha256(canonical.encode()).digest()
        self.thumbprint = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def order(self, name: str) -> None:
        """Begin to look whether the account has the name."""
        self.name, self.token, self.valid = name, secrets.token_urlsafe(24), False

    def validate(self) -> None:
        """Ask the name's web server for the token, as a stranger would."""
        address = f"http://127.0.0.1:{self.web_port}/.well-known/acme-challenge/{self.token}"
        request = urllib.request.Request(address, headers={"Host": self.name})
        with urllib.request.urlopen(request, timeout=30) as response:
            self.valid = response.read().decode().strip() == f"{self.token}.{self.thumbprint}"

    def sign(self, request: bytes) -> None:
        """Issue the certificate asked for."""
        asked = x509.load_der_x509_csr(request)
        names = asked.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        builder = self._builder(self.name, asked.public_key()).add_extension(names.value, critical=False)
        self.issued.append(builder.sign(self._key, hashes.SHA256()))

    def chain(self) -> bytes:
        """Return the newest certificate and the authority's own."""
        own = self._builder(AUTHORITY, self._key.public_key()).sign(self._key, hashes.SHA256())
        return b"".join(each.public_bytes(serialization.Encoding.PEM) for each in (self.issued[-1], own))

    def _builder(self, subject: str, key: Any) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, subject)]))
            .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, AUTHORITY)]))
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=DAYS))
        )


class Handler(BaseHTTPRequestHandler):
    """Answers for the `Authority` of its class."""

    authority: Authority
    base: str

    def do_GET(self) -> None:
        names = {"newNonce": "nonce", "newAccount": "account", "newOrder": "order"}
        self._answer(200, {name: f"{self.base}/{path}" for name, path in names.items()})

    def do_HEAD(self) -> None:
        self._answer(200, None)

    def do_POST(self) -> None:
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        protected = json.loads(decoded(message["protected"]))
        payload = json.loads(decoded(message["payload"]) or b"{}")
        getattr(self, f"_post_{self.path.removeprefix('/')}")(protected, payload)

    def _post_account(self, protected: dict[str, Any], _payload: dict[str, Any]) -> None:
        self.authority.register(protected["jwk"])
        self._answer(201, {"status": "valid"}, Location=f"{self.base}/accounts")

    def _post_order(self, _protected: dict[str, Any], payload: dict[str, Any]) -> None:
        self.authority.order(payload["identifiers"][0]["value"])
        self._answer(201, self._order("pending"), Location=f"{self.base}/placed")

    def _post_placed(self, _protected: dict[str, Any], _payload: dict[str, Any]) -> None:
        self._answer(200, self._order("valid"))

    def _post_authorization(self, _protected: dict[str, Any], _payload: dict[str, Any]) -> None:
        identifier = {"type": "dns", "value": self.authority.name}
        status = self._challenge()["status"]
        self._answer(200, {"status": status, "identifier": identifier, "challenges": [self._challenge()]})

    def _post_challenge(self, _protected: dict[str, Any], _payload: dict[str, Any]) -> None:
        self.authority.validate()
        self._answer(200, self._challenge(), Link=f'<{self.base}/authorization>;rel="up"')

    def _post_finalize(self, _protected: dict[str, Any], payload: dict[str, Any]) -> None:
        if not self.authority.valid:
            self._answer(403, {"type": "urn:ietf:params:acme:error:orderNotReady", "detail": "not shown"})
            return
        self.authority.sign(decoded(payload["csr"]))
        self._answer(200, self._order("valid"), Location=f"{self.base}/placed")

    def _post_certificate(self, _protected: dict[str, Any], _payload: dict[str, Any]) -> None:
        self._send(200, self.authority.chain(), {"Content-Type": "application/pem-certificate-chain"})

    def _challenge(self) -> dict[str, Any]:
        status = "valid" if self.authority.valid else "pending"
        token = self.authority.token
        return {"type": "http-01", "url": f"{self.base}/challenge", "token": token, "status": status}

    def _order(self, status: str) -> dict[str, Any]:
        order = {
            "status": status,
            "identifiers": [{"type": "dns", "value": self.authority.name}],
            "authorizations": [f"{self.base}/authorization"],
            "finalize": f"{self.base}/finalize",
        }
        return order | ({"certificate": f"{self.base}/certificate"} if status == "valid" else {})

    def _answer(self, status: int, body: dict[str, Any] | None, **headers: str) -> None:
        text = b"" if body is None else json.dumps(body).encode()
        self._send(status, text, {"Content-Type": "application/json", **headers})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Replay-Nonce", secrets.token_urlsafe(16))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        pass


@contextmanager
def acme_server(authority: Authority) -> Iterator[str]:
    """Yield the address of the authority's directory."""
    handler = type("Answers", (Handler,), {"authority": authority})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"{handler.base}/directory"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
