"""A provider that says whatever a test has it say: for what an honest one never sends."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import msgspec
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from scheduler.sso import Provider

METHODS = ["client_secret_post"]
KEY = RSAKey.generate_key(2048, {"kid": "1"})


class Liar:
    """`says` is what each path answers: a status and a body, and a Location where it has one."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.provider = Provider(self.issuer, "chairtime", "secret")
        self.key = KEY
        self.says: dict[str, tuple[int, bytes]] = {}
        self.location = ""
        self.asked: list[str] = []
        self.discover()
        self.publish(self.key)

    def discover(self, **changes: Any) -> None:
        metadata = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": METHODS,
        }
        self.say("/.well-known/openid-configuration", metadata | changes)

    def publish(self, *keys: Any) -> None:
        self.say("/keys", KeySet(list(keys)).as_dict(private=False))

    def say(self, path: str, body: Any, status: int = 200) -> None:
        raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
        self.says[path] = (status, raw)

    def hand_out(self, token: str, **more: Any) -> None:
        self.say("/token", {"id_token": token, "access_token": "access", **more})

    def sign(self, claims: dict[str, Any], key: Any = None, **header: Any) -> str:
        protected = {"alg": "RS256", "kid": "1"} | header
        return jwt.encode(protected, claims, key or self.key, algorithms=[protected["alg"]])


@contextmanager
def liar() -> Iterator[Liar]:
    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"
        opened: ClassVar[Liar]

        def do_GET(self) -> None:
            self.opened.asked.append(self.path)
            self.rfile.read(int(self.headers.get("content-length", 0)))
            status, body = self.opened.says[self.path]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if self.opened.location:
                self.send_header("Location", self.opened.location)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815  (the library's own hook)

        def log_message(self, *_said: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    Answers.opened = Liar(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield Answers.opened
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
