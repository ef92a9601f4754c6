"""Requests over loopback, and what they took."""

import http.client
import re
import threading
import time
from urllib.parse import urlencode

ENCODINGS = "gzip, deflate, br, zstd"


def percentile(times, share):
    """In milliseconds."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else float("nan")


class Visitor:
    """One browser: a connection that is kept, and a cookie once signed in."""

    def __init__(self, port, cookie=None):
        self.port = port
        self.cookie = cookie
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method, path, fields=None, encoding=None):
        headers = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
        if encoding:
            headers["Accept-Encoding"] = encoding
        if self.cookie:
            headers["Cookie"] = self.cookie
        body = None
        if fields is not None:
            body = urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, answer, answer.read()

    def sign_in(self, email, password):
        status, answer, body = self.ask("POST", "/login", {"email": email, "password": password})
        if status != 303:
            raise RuntimeError(f"POST /login answered {status}: {body[:300]!r}")
        self.cookie = answer.getheader("Set-Cookie").split(";")[0]
        return self

    def page(self, path):
        status, _, body = self.ask("GET", path)
        if status != 200:
            raise RuntimeError(f"GET {path} answered {status}: {body[:200]!r}")
        return body.decode()

    def timed(self, path, times):
        """Asks the same page so many times; answers what each took."""
        took = []
        for _ in range(times):
            start = time.perf_counter()
            status, _, body = self.ask("GET", path, encoding=ENCODINGS)
            took.append(time.perf_counter() - start)
            if status != 200:
                raise RuntimeError(f"GET {path} answered {status}: {body[:200]!r}")
        return took


def next_page(html, path="/customers"):
    """The address of the page after this one, where there is one."""
    found = re.search(rf'href="({re.escape(path)}\?[^"]*after=[^"]*)"', html)
    return found[1].replace("&amp;", "&") if found else None


def walk(visitor, pages):
    """Follows `next` from the first page; answers the address of the last one reached and its number."""
    address, number = "/customers", 1
    while number < pages:
        following = next_page(visitor.page(address))
        if not following:
            break
        address, number = following, number + 1
    return address, number


def at_a_rate(port, cookie, path, rate, seconds, workers=32):
    """Asks at a fixed rate, whatever the answers take; a late answer counts from when it should have been asked."""
    total = int(rate * seconds)
    begin = time.perf_counter() + 0.3
    turn, lock, took, failed = [0], threading.Lock(), [], []

    def work():
        visitor = Visitor(port, cookie)
        while True:
            with lock:
                mine = turn[0]
                turn[0] += 1
            if mine >= total:
                return
            due = begin + mine / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            try:
                status, _, _ = visitor.ask("GET", path, encoding=ENCODINGS)
            except (OSError, http.client.HTTPException):
                status, visitor = 0, Visitor(port, cookie)
            (took if status == 200 else failed).append(time.perf_counter() - due)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took, len(failed)


def storm(port, logins, email, password):
    """So many people sign in at once; answers seconds until all were answered, and the statuses."""
    gate, statuses = threading.Barrier(logins + 1), []

    def one():
        visitor = Visitor(port)
        gate.wait()
        try:
            statuses.append(visitor.ask("POST", "/login", {"email": email, "password": password})[0])
        except (OSError, http.client.HTTPException):
            statuses.append(0)

    threads = [threading.Thread(target=one) for _ in range(logins)]
    for thread in threads:
        thread.start()
    gate.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start, {status: statuses.count(status) for status in set(statuses)}
