"""A campus's OpenID provider for tests: real over HTTP, with signed tokens, and able to do it wrong on purpose."""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CLIENT, SECRET = "massage-coach", "a-secret-of-the-client"


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Provider:
    """Asks who one is, and vouches for it.

    Attributes
    ----------
    people : dict
        Label of the link to claims.
    wrong : str
        What is wrong with the next token: '', 'signature', 'expired', 'audience' or 'nonce'.
    ended : int
        How often somebody signed out.
    """

    def __init__(self, people: dict[str, dict[str, Any]]) -> None:
        self.people, self.wrong, self.ended = people, "", 0
        self._key = rsa.generate_private_key(65537, 2048)
        self._codes: dict[str, tuple[dict[str, Any], str]] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.get(self)

            def do_POST(self) -> None:
                provider.post(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def get(self, to: BaseHTTPRequestHandler) -> None:
        at = urlsplit(to.path)
        asked = {key: values[0] for key, values in parse_qs(at.query).items()}
        if at.path == "/.well-known/openid-configuration":
            paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks",
                     "end_session_endpoint": "end"}  # fmt: skip
            self._json(to, {
                "issuer": self.url, **{key: f"{self.url}/{path}" for key, path in paths.items()},
                "response_types_supported": ["code"], "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"], "code_challenge_methods_supported": ["S256"],
            })  # fmt: skip
        elif at.path == "/jwks":
            numbers = self._key.public_key().public_numbers()
            n, e = (_b64(x.to_bytes((x.bit_length() + 7) // 8, "big")) for x in (numbers.n, numbers.e))
            self._json(
                to, {"keys": [{"kty": "RSA", "kid": "1", "use": "sig", "alg": "RS256", "n": n, "e": e}]}
            )
        elif at.path == "/authorize":
            assert asked["client_id"] == CLIENT
            links = []
            for label, claims in self.people.items():
                code = secrets.token_urlsafe(8)
                self._codes[code] = claims, asked.get("nonce", "")
                back = f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"
                links.append(f'<p><a href="{back}">{label}</a></p>')
            self._send(to, f"<h1>Campus</h1>{''.join(links)}".encode(), "text/html")
        elif at.path == "/end":
            self.ended += 1
            to.send_response(302)
            to.send_header("Location", asked["post_logout_redirect_uri"])
            to.end_headers()
        else:
            to.send_error(404)

    def post(self, to: BaseHTTPRequestHandler) -> None:
        body = parse_qs(to.rfile.read(int(to.headers["Content-Length"])).decode())
        claims, nonce = self._codes.pop(body["code"][0])
        token = self._token(claims, nonce)
        self._json(to, {"access_token": "x", "token_type": "Bearer", "expires_in": 300, "id_token": token})

    def _token(self, claims: dict[str, Any], nonce: str) -> str:
        wrong, self.wrong, now = self.wrong, "", int(time.time())
        body = {
            "iss": self.url, "aud": "other" if wrong == "audience" else CLIENT, "iat": now, "exp": now + 300,
            "nonce": "other" if wrong == "nonce" else nonce, **claims,
        }  # fmt: skip
        if wrong == "expired":
            body |= {"iat": now - 7200, "exp": now - 3600}
        key = rsa.generate_private_key(65537, 2048) if wrong == "signature" else self._key
        signed = ".".join(_b64(json.dumps(x).encode()) for x in ({"alg": "RS256", "kid": "1"}, body))
        signature = key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_b64(signature)}"

    def _json(self, to: BaseHTTPRequestHandler, values: dict[str, Any]) -> None:
        self._send(to, json.dumps(values).encode(), "application/json")

    def _send(self, to: BaseHTTPRequestHandler, data: bytes, kind: str) -> None:
        to.send_response(200)
        to.send_header("Content-Type", kind)
        to.send_header("Content-Length", str(len(data)))
        to.end_headers()
        to.wfile.write(data)
