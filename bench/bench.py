"""Measures Vouch and prints a table. Fills databases of its own in a folder of its own; nothing leaves loopback."""

import argparse
import datetime
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import faces
import imports
import load
from installation import Installation

HERE = Path(__file__).parent
PASSWORD = "vouch-demo-2026"
RATE, RATE_SECONDS = 300, 10


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


class Table:
    """One row a measure, one column a size."""

    def __init__(self):
        self.rows, self.sizes = {}, []

    def put(self, size, what, value):
        if size not in self.sizes:
            self.sizes.append(size)
        self.rows.setdefault(what, {})[size] = value
        say(f"{size:,}: {what}: {value}")

    def markdown(self):
        lines = ["| | " + " | ".join(f"{size:,}" for size in self.sizes) + " |", "|---" * (len(self.sizes) + 1) + "|"]
        for what, values in self.rows.items():
            lines.append(f"| {what} | " + " | ".join(values.get(size, "") for size in self.sizes) + " |")
        return "\n".join(lines)


def middle_and_tail(times):
    return f"{load.percentile(times, 0.5):.1f} / {load.percentile(times, 0.95):.1f}"


def attempt(table, size, what, work):
    """A measure that fails is written down as such and does not end the run."""
    try:
        table.put(size, what, work())
    except (RuntimeError, OSError, IndexError, KeyError, subprocess.CalledProcessError) as error:
        table.put(size, what, f"not measured ({str(error)[:80]})".replace("|", "/").replace("\n", " "))


def pages(table, size, vouch, admin, times):
    """Every page alone, one request after another."""
    def alone(what, path, count=times):
        def work():
            admin.timed(path, 3)
            return middle_and_tail(admin.timed(path, count))
        attempt(table, size, f"{what}, ms p50 / p95", work)

    org = vouch.sql("SELECT id FROM organisations WHERE demo")[0][0]
    some = vouch.sql(f"SELECT id, email, last_name, short_id FROM customers WHERE organisation_id = '{org}' AND kyc = 'validated' AND kind = 'natural' ORDER BY id LIMIT 1")[0]
    month = vouch.sql("SELECT to_char(max(created_at) - interval '3 months', 'YYYY-MM-01'), to_char(date_trunc('month', max(created_at) - interval '3 months') + interval '1 month - 1 day', 'YYYY-MM-DD') FROM customers")[0]
    alone("list, page 1", "/customers")

    def far():
        address, number = load.walk(admin, 10_000)
        return f"{middle_and_tail(admin.timed(address, times))} (page {number:,})"
    attempt(table, size, "list, page 10,000 or the last, ms p50 / p95", far)
    alone("filter by branch", "/customers?branch=madrid")
    alone("filter by status", "/customers?kyc=pending")
    alone("filter by branch, status and kind", "/customers?branch=london&kyc=validated&kind=legal")
    alone("filter by status, risk and country", "/customers?kyc=validated&risk=high&country=PT")
    alone("filter that nobody passes", "/customers?kyc=draft&risk=high&country=PT")
    alone("filter by status and country, by name", "/customers?kyc=incomplete&country=BE&sort=name")
    alone("filter by a month", f"/customers?from={month[0]}&to={month[1]}")
    rare = vouch.sql(f"SELECT last_name FROM customers WHERE organisation_id = '{org}' AND last_name LIKE '% %' AND kind = 'natural' ORDER BY id DESC LIMIT 1")[0][0]
    for what, term in [("a rare name", rare), ("a common name", "garcia"), ("two letters", "ma"), ("an e-mail", some[1]), ("a short id", some[3])]:
        def search(term=term):
            took = []
            for _ in range(max(5, times // 4)):
                start = time.perf_counter()
                status, answer, _ = admin.ask("POST", "/customers/search", {"q": term})
                if status != 303:
                    raise RuntimeError(f"POST /customers/search answered {status}")
                admin.page(answer.getheader("Location"))
                took.append(time.perf_counter() - start)
            return middle_and_tail(took)
        attempt(table, size, f"search for {what} (both requests), ms p50 / p95", search)
    alone("KYC page", f"/customers/{some[0]}")
    alone("verifications", "/verifications")
    alone("audit page", "/audit")
    alone("audit page of one customer", f"/audit?customer={some[0]}")
    alone("overview", "/")

    def weight():
        _, answer, body = admin.ask("GET", "/customers", encoding=load.ENCODINGS)
        return f"{len(body) / 1024:.1f} KB ({answer.getheader('Content-Encoding')})"
    attempt(table, size, "weight of the list's HTML", weight)


def opened(vouch, org):
    """The customer whose page is measured, and what that page's statements are bound to."""
    customer, branch, key, staff = vouch.sql(
        f"SELECT c.id, c.branch_id, c.data_key, s.id FROM customers c, staff s WHERE c.organisation_id = '{org}' AND c.kyc = 'validated'"
        " AND c.kind = 'natural' AND s.email = 'admin@vouch.test' ORDER BY c.id LIMIT 1"
    )[0]
    parents = vouch.sql(f"SELECT array_agg(parent_id) FILTER (WHERE parent_id <> '{customer}') FROM relations WHERE child_id = '{customer}'")[0][0]
    people = vouch.sql(f"SELECT array_agg(DISTINCT actor_id) FROM audit_entries WHERE customer_id = '{customer}' AND actor_id IS NOT NULL")[0][0]
    return {
        "customer": customer, "branch": branch, "key": key, "staff": staff, "since": (datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=15)).isoformat(), "members": parents or "{}",
        "family": "{" + customer + "}", "people": people or "{}",
    }


def under_load(table, size, vouch, admin, seconds):
    def at_rate(path):
        def work():
            watched = vouch.watch_rss()
            took, failed = load.at_a_rate(vouch.port, admin.cookie, path, RATE, RATE_SECONDS)
            peak = watched()
            table.put(size, f"memory at {RATE}/s, MB", f"{peak:.0f}")
            return f"{load.percentile(took, 0.5):.1f} / {load.percentile(took, 0.99):.1f}, {failed} failed"
        return work
    attempt(table, size, f"list at {RATE}/s, ms p50 / p99", at_rate("/customers"))

    def compared(script, variables, path):
        def work():
            alone = max(vouch.pgbench(HERE / script, seconds // 2, clients, variables) for clients in (2, 4, 8))
            done = subprocess.run(
                ["wrk", "-t1", "-c8", f"-d{seconds}s", "-H", f"Cookie: {admin.cookie}", f"http://127.0.0.1:{vouch.port}{path}"],
                capture_output=True, text=True, check=True,
            )
            served = float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])
            return f"{served:.0f}/s of {alone:.0f}/s = {100 * served / alone:.0f} %"
        return work
    org = vouch.sql("SELECT id FROM organisations WHERE demo")[0][0]
    session = {"org": org, "token": vouch.sql("SELECT token_hash FROM sessions ORDER BY created_at DESC LIMIT 1")[0][0]}
    attempt(table, size, "list pages, 8 clients, of the best rate of the same SQL through pgbench", compared("list.sql", session, "/customers"))
    one = opened(vouch, org)
    attempt(table, size, "KYC pages, 8 clients, of the best rate of the same SQL through pgbench", compared("kyc_page.sql", session | one, f"/customers/{one['customer']}"))

    for logins in (64, 512):
        def at_once(logins=logins):
            watched = vouch.watch_rss()
            result = []
            pages = threading.Thread(target=lambda: result.append(load.at_a_rate(vouch.port, admin.cookie, "/customers", 30, 8, 8)))
            pages.start()
            time.sleep(0.5)
            lasted, statuses = load.storm(vouch.port, logins, "officer@vouch.test", PASSWORD)
            pages.join()
            took, failed = result[0]
            answers = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
            return f"p99 {load.percentile(took, 0.99):.0f} ms, {failed} failed; log-ins {answers} in {lasted:.1f} s; {watched():.0f} MB"
        attempt(table, size, f"list pages beside {logins} log-ins at once", at_once)


OPEN_REVIEWS = 100_000
OFFICERS = 8


def queue(table, size, vouch, admin, times, seconds):
    """The queue with so many open reviews as there are customers for, and eight officers who ask for the next at once."""
    org = vouch.sql("SELECT id FROM organisations WHERE demo")[0][0]
    there = int(vouch.sql(f"SELECT count(*) FROM reviews WHERE organisation_id = '{org}' AND state = 'open'")[0][0])
    missing = min(OPEN_REVIEWS, size // 2) - there
    if missing > 0:
        vouch.sql(
            "INSERT INTO reviews (organisation_id, id, customer_id, branch_id, round, type, state, submitted_kind, submitted_at, due_at)"
            " SELECT c.organisation_id, gen_random_uuid(), c.id, c.branch_id, 99, 'PERIODIC', 'open', 'console', now() - interval '1 day',"
            " now() + (random() - 0.5) * interval '6 days' FROM customers c"
            f" WHERE c.organisation_id = '{org}' AND c.kyc = 'validated' LIMIT {missing}"
        )
        # What autovacuum does within a minute.
        vouch.sql("VACUUM ANALYZE reviews")
    there = int(vouch.sql(f"SELECT count(*) FROM reviews WHERE organisation_id = '{org}' AND state = 'open'")[0][0])
    table.put(size, "open reviews", f"{there:,}")
    for what, path in [
        ("open", "/reviews?tab=open"), ("overdue", "/reviews?tab=open&due=overdue"), ("of one branch", "/reviews?tab=open&branch=madrid"),
        ("of high risk", "/reviews?tab=open&risk=high"), ("companies", "/reviews?tab=open&kind=legal"), ("mine", "/reviews?tab=mine"),
        ("waiting", "/reviews?tab=waiting"), ("second approval", "/reviews?tab=second"), ("decided", "/reviews?tab=decided"),
        ("refused in a branch", "/reviews?tab=decided&decision=refused&branch=london"),
        ("due today", "/reviews?tab=open&due=today"), ("of one type", "/reviews?tab=open&type=EVENT"),
        ("that nobody holds", "/reviews?tab=open&assignee=nobody"),
    ]:
        def work(path=path):
            admin.timed(path, 3)
            return middle_and_tail(admin.timed(path, times))
        attempt(table, size, f"queue, {what}, ms p50 / p95", work)

    def at_rate():
        took, failed = load.at_a_rate(vouch.port, admin.cookie, "/reviews?tab=open", RATE, RATE_SECONDS)
        return f"{load.percentile(took, 0.5):.1f} / {load.percentile(took, 0.99):.1f}, {failed} failed"
    attempt(table, size, f"queue, open, at {RATE}/s, ms p50 / p99", at_rate)

    def reports():
        admin.timed("/reports", 2)
        return middle_and_tail(admin.timed("/reports", max(5, times // 10)))
    attempt(table, size, "report of 30 days by branch, ms p50 / p95", reports)

    def contended():
        officers = [load.Visitor(vouch.port).sign_in(*vouch.officer(number)) for number in range(OFFICERS)]
        before = int(vouch.sql("SELECT count(*) FROM audit_entries WHERE action = 'review.claimed'")[0][0])
        took, reviews, lock, until = [], 0, threading.Lock(), time.monotonic() + seconds

        def take(officer):
            nonlocal reviews
            while time.monotonic() < until:
                start = time.perf_counter()
                status, answer, _ = officer.ask("POST", "/reviews/next", {})
                with lock:
                    took.append(time.perf_counter() - start)
                    reviews += status == 303 and answer.getheader("Location").startswith("/customers/")
        threads = [threading.Thread(target=take, args=(officer,)) for officer in officers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        claimed = int(vouch.sql("SELECT count(*) FROM audit_entries WHERE action = 'review.claimed'")[0][0]) - before
        twice = int(vouch.sql(
            "SELECT count(*) FROM (SELECT subject_id FROM audit_entries WHERE action = 'review.claimed'"
            f" AND at > now() - interval '{seconds + 5} seconds' GROUP BY 1 HAVING count(*) > 1) doubled"
        )[0][0])
        return f"{middle_and_tail(took)} ms p50 / p95, {len(took) / seconds:.0f}/s, {reviews} taken, {claimed} in the log, {twice} twice"
    attempt(table, size, f"next review, {OFFICERS} officers at once", contended)


def writing(table, size, vouch, seconds):
    def cost():
        org = vouch.sql("SELECT id FROM organisations WHERE demo")[0][0]
        vouch.sql(
            "CREATE TABLE IF NOT EXISTS bench_ids AS SELECT row_number() OVER ()::int AS n, id, branch_id AS branch,"
            " (SELECT id FROM staff LIMIT 1) AS staff, decode(repeat('5a', 120), 'hex') AS sealed FROM (SELECT id, branch_id FROM customers LIMIT 1000) c;"
            " GRANT SELECT ON bench_ids TO vouch_app; ANALYZE bench_ids"
        )
        without = vouch.pgbench(HERE / "change.sql", seconds, 8, {"org": org})
        with_entry = vouch.pgbench(HERE / "change_with_entry.sql", seconds, 8, {"org": org})
        return f"{with_entry:.0f}/s of {without:.0f}/s = {100 * with_entry / without:.0f} %"
    attempt(table, size, "changes with their audit entry, of the same without, 8 clients", cost)


def verify(table, size, vouch):
    def work():
        links = int(vouch.sql("SELECT count(*) FROM audit_links")[0][0])
        start = time.monotonic()
        done = subprocess.run([vouch.program, "audit", "verify"], env=vouch.environment(), capture_output=True, text=True)
        took = time.monotonic() - start
        if done.returncode not in (0, 1):
            raise RuntimeError(done.stderr.strip() or f"exit {done.returncode}")
        return f"{links / took:,.0f}/s, exit {done.returncode}"
    attempt(table, size, "audit verify, entries", work)


PARTS = ("pages", "load", "queue", "faces", "verify", "writing")
# Runs where it is named: what it imports stays in the database.
NAMED = ("import",)


def measure(table, size, program, folder, quick, parts, rows):
    vouch = Installation(program, folder)
    seconds, times = (3, 40) if quick else (8, 200)
    took, peak, said = vouch.fill(size)
    say(said)
    if "already" not in said:
        table.put(size, "fill: time, peak memory of the program", f"{took:.0f} s, {peak:.0f} MB")
    started = vouch.start()
    try:
        table.put(size, "start on an existing database, until /healthz answers", f"{started:.2f} s")
        time.sleep(1)
        table.put(size, "memory idle, MB", f"{vouch.rss_mb():.0f}")
        attempt(table, size, "the log's proof at the start, until the database rests", lambda: f"{vouch.settle():.0f} s")
        admin = load.Visitor(vouch.port).sign_in("admin@vouch.test", PASSWORD)
        if "pages" in parts:
            pages(table, size, vouch, admin, times)
        if "load" in parts:
            under_load(table, size, vouch, admin, seconds)
        if "queue" in parts:
            queue(table, size, vouch, admin, times, seconds)
        if "faces" in parts:
            faces.measure(lambda what, work: attempt(table, size, what, work), vouch, admin, times, seconds)
        if "verify" in parts:
            verify(table, size, vouch)
        if "writing" in parts:
            writing(table, size, vouch, seconds)
        if "import" in parts:
            officer = load.Visitor(vouch.port).sign_in(*vouch.officer(0))
            imports.measure(lambda what, work: attempt(table, size, what, work), vouch, officer, rows, times)
    finally:
        vouch.stop()


def main():
    options = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    options.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000, 1_000_000], help="customers in each database")
    options.add_argument("--program", required=True, help=argparse.SUPPRESS)
    options.add_argument("--data", help="where the databases are kept from run to run (default: a folder that is removed)")
    options.add_argument("--quick", action="store_true", help="fewer requests and shorter loads")
    options.add_argument("--only", action="append", choices=PARTS + NAMED, help="this part alone; may be named several times (import only so)")
    options.add_argument("--rows", type=int, default=100_000, help="rows of the files that the part `import` loads")
    options = options.parse_args()
    missing = [tool for tool in ("psql", "pgbench", "wrk") if not shutil.which(tool)]
    if missing:
        raise SystemExit(f"bench: missing: {', '.join(missing)} (Debian: apt install postgresql-client postgresql-contrib wrk)")
    table = Table()
    # The database's account must be able to enter it.
    root = Path(options.data or tempfile.mkdtemp(prefix="vouch-bench-"))
    root.mkdir(mode=0o755, parents=True, exist_ok=True)
    root.chmod(0o755)
    try:
        for size in options.sizes:
            measure(table, size, options.program, root / str(size), options.quick, options.only or PARTS, options.rows)
    finally:
        if not options.data:
            shutil.rmtree(root, ignore_errors=True)
        if table.rows:
            today = datetime.date.today().isoformat()
            print(f"Measured {today} on {os.cpu_count()} cores, times over loopback, the load on the same cores.\n")
            print(table.markdown())


if __name__ == "__main__":
    main()
