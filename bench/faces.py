"""What machines ask: signed requests a second beside the desk's page, and what a proof and a name each add to one."""

import base64
import datetime
import hashlib
import hmac
import http.client
import json
import re
import subprocess
import time
import uuid

import load


class Caller:
    """A system that holds a key: one connection that is kept."""

    def __init__(self, port, key):
        self.key, self.host = key, f"127.0.0.1:{port}"
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def bearer(self):
        return {"Authorization": f"Bearer {self.key['secret']}"}

    def hmac(self, method, path, body=b"", nonce=None):
        date = datetime.datetime.now(datetime.UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
        values = {"x-tr-date": date, "host": self.host, "x-tr-content-sha256": base64.b64encode(hashlib.sha256(body).digest()).decode()}
        if nonce:
            values["x-tr-nonce"] = nonce
        text = f"{method}\n{path}\n{';'.join(values.values())}"
        return values | {"Authorization": f"HMAC-SHA256 Credential={self.key['id']}, SignedHeaders={';'.join(values)}, Signature={self.mac(text)}"}

    def hawk(self, method, path):
        stamp, nonce = str(int(time.time())), uuid.uuid4().hex
        name, port = self.host.split(":")
        text = f"hawk.1.header\n{stamp}\n{nonce}\n{method}\n{path}\n{name}\n{port}\n\n\n"
        return {"Authorization": f'Hawk id="{self.key["id"]}", ts="{stamp}", nonce="{nonce}", mac="{self.mac(text)}"'}

    def mac(self, text):
        return base64.b64encode(hmac.new(self.key["secret"].encode(), text.encode(), hashlib.sha256).digest()).decode()

    def ask(self, method, path, headers, body=b""):
        """Seconds, and the body."""
        start = time.perf_counter()
        self.connection.request(method, path, body or None, headers | ({"Content-Type": "application/json"} if body else {}))
        answer = self.connection.getresponse()
        said = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path} answered {answer.status}: {said[:200]!r}")
        return time.perf_counter() - start, json.loads(said)


def key(vouch, face, kind, *permissions):
    asked = [part for permission in permissions for part in ("--permission", permission)]
    done = subprocess.run(
        [vouch.program, "key", "add", "--face", face, "--kind", kind, *asked],
        env=vouch.environment(), capture_output=True, text=True, check=True,
    )
    return json.loads(done.stdout)


def rate(url, headers, seconds):
    """Requests a second of eight clients that ask the same again and again. A read may be repeated as it was signed."""
    named = [part for name, value in headers.items() if name != "host" for part in ("-H", f"{name}: {value}")]
    done = subprocess.run(["wrk", "-t1", "-c8", f"-d{seconds}s", *named, url], capture_output=True, text=True, check=True)
    if "Non-2xx" in done.stdout:
        raise RuntimeError(re.search(r"Non-2xx.*", done.stdout)[0])
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])


def measure(put, vouch, admin, times, seconds):
    org = vouch.sql("SELECT id FROM organisations WHERE demo")[0][0]
    customer, short = vouch.sql(f"SELECT id, short_id FROM customers WHERE organisation_id = '{org}' AND kyc = 'validated' AND kind = 'natural' ORDER BY id LIMIT 1")[0]
    check = vouch.sql(f"SELECT id FROM verifications WHERE customer_id = '{customer}' ORDER BY id LIMIT 1")[0][0]
    trustist = Caller(vouch.port, key(vouch, "trustist", "tenant", "create_customer", "read_customers", "update_customer"))
    kontorion = Caller(vouch.port, key(vouch, "kontorion", "live", "read"))
    at = f"http://{trustist.host}"
    one, checked = f"/v1/customers/{short}", f"/v1/verifications/{check}"

    def beside():
        page = rate(f"{at}/customers/{customer}", {"Cookie": admin.cookie}, seconds)
        signed = rate(at + one, trustist.hmac("GET", one), seconds)
        bearer = rate(at + checked, kontorion.bearer(), seconds)
        return f"{signed:.0f}/s signed, {bearer:.0f}/s by bearer, beside {page:.0f}/s of the KYC page"
    put("GETs by key, 8 clients", beside)

    def alone(work):
        for _ in range(20):
            work()
        return load.percentile([work() for _ in range(times)], 0.5)

    def read():
        signed = alone(lambda: trustist.ask("GET", one, trustist.hmac("GET", one))[0])
        once = alone(lambda: trustist.ask("GET", one, trustist.hmac("GET", one, nonce=uuid.uuid4().hex))[0])
        hawk = alone(lambda: trustist.ask("GET", one, trustist.hawk("GET", one))[0])
        return f"{signed:.2f} ms; with a nonce {once:.2f} ms, so the replay check takes {once - signed:.2f} ms; Hawk {hawk:.2f} ms"
    put("signed GET, one after another, p50", read)

    def write():
        body = b'{"firstName":"Bench","lastName":"Mark"}'
        path = "/v1/customers"

        def post(name):
            headers = trustist.hmac("POST", path, body, uuid.uuid4().hex)
            return trustist.ask("POST", path, headers | ({"Idempotency-Key": uuid.uuid4().hex} if name else {}), body)[0]
        plain, named = alone(lambda: post(False)), alone(lambda: post(True))
        return f"{plain:.2f} ms; with an Idempotency-Key {named:.2f} ms, so its record takes {named - plain:.2f} ms"
    put("signed POST of a customer, one after another, p50", write)
