"""Signs what schemathesis sends as Trustist's page asks; the key comes from the environment, and so does the time."""

import base64
import hashlib
import hmac
import os
import uuid

import requests
import schemathesis
from requests.auth import AuthBase


class Signed(AuthBase):
    """The default headers and a nonce, by which two equal requests are two."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body or b""
        if isinstance(body, str):
            body = body.encode()
        host = request.url.split("/")[2]
        values = {
            "x-tr-date": os.environ["VOUCH_TEST_DATE"],
            "host": host,
            "x-tr-content-sha256": base64.b64encode(hashlib.sha256(body).digest()).decode(),
            "x-tr-nonce": str(uuid.uuid4()),
        }
        text = f"{request.method}\n{request.path_url}\n{';'.join(values.values())}"
        secret = os.environ["VOUCH_TEST_SECRET"].encode()
        signature = base64.b64encode(hmac.new(secret, text.encode(), hashlib.sha256).digest()).decode()
        request.headers.update(values)
        request.headers["authorization"] = (
            f"HMAC-SHA256 Credential={os.environ['VOUCH_TEST_KEY']},"
            f"SignedHeaders={';'.join(values)},Signature={signature}"
        )
        return request


schemathesis.auth.set_from_requests(Signed())
