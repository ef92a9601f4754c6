"""One Vouch with its own PostgreSQL in a folder of its own: filled, started, asked, stopped."""

import os
import re
import socket
import subprocess
import threading
import time
from pathlib import Path

# The demo's own password is refused where somebody chooses one.
OFFICERS_PASSWORD = "eight officers at one queue"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def memory_kb(pid, field):
    """VmRSS or VmHWM of a process; 0 once it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(rf"^{field}:\s+(\d+) kB", status, re.M)
    return int(found[1]) if found else 0


class Installation:
    def __init__(self, program, folder):
        self.program = program
        self.folder = Path(folder)
        self.port = free_port()
        self.server = None
        self.log = None

    def environment(self):
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {
            "VOUCH_DATA_DIR": str(self.folder),
            "VOUCH_LISTEN": f"127.0.0.1:{self.port}",
            "VOUCH_LOG": "warn",
            # What is measured is what the server can do.
            "VOUCH_KEY_RATE": "0",
        }

    def fill(self, customers):
        """Fills the demo; answers seconds, the program's peak memory in MB, and what it said."""
        start = time.monotonic()
        fill = subprocess.Popen(
            [self.program, "demo", "--customers", str(customers)],
            env=self.environment(), stdout=subprocess.PIPE, text=True,
        )
        peak = 0
        while fill.poll() is None:
            peak = max(peak, memory_kb(fill.pid, "VmHWM"))
            time.sleep(0.2)
        if fill.returncode:
            raise SystemExit(f"vouch demo ended with {fill.returncode}")
        return time.monotonic() - start, peak / 1024, fill.stdout.read().strip()

    def officer(self, number):
        """The address and the password of an officer of that number; there may be one from a run before."""
        email = f"officer-{number}@bench.test"
        added = subprocess.run(
            [self.program, "staff", "add", "--email", email, "--name", f"Officer {number}", "--role", "officer"],
            env=self.environment(), input=f"{OFFICERS_PASSWORD}\n", capture_output=True, text=True,
        )
        if added.returncode and "already" not in added.stderr:
            raise RuntimeError(added.stderr.strip())
        return email, OFFICERS_PASSWORD

    def start(self):
        """Starts the server; answers seconds until it answers a request."""
        began = time.monotonic()
        self.log = open(self.folder / "bench.log", "a")
        self.server = subprocess.Popen([self.program, "serve"], env=self.environment(), stdout=self.log, stderr=self.log)
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1) as probe:
                    probe.sendall(b"GET /healthz HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
                    if b" 200 " in probe.recv(64):
                        return time.monotonic() - began
            except OSError:
                pass
            if self.server.poll() is not None:
                raise SystemExit(f"vouch serve ended with {self.server.returncode}; see {self.log.name}")
            if time.monotonic() - began > 120:
                raise SystemExit("vouch serve did not answer within two minutes")
            time.sleep(0.01)

    def settle(self, longest=300):
        """Waits until the database rests: a server proves its log when it starts. Answers the seconds it took."""
        busy = (
            "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND (state = 'active' OR backend_type = 'autovacuum worker')"
        )
        began, rested = time.monotonic(), 0
        while rested < 6:
            if time.monotonic() - began > longest:
                raise RuntimeError(f"the database was still at work after {longest} s")
            rested = 0 if int(self.sql(busy)[0][0]) else rested + 1
            time.sleep(0.5)
        return time.monotonic() - began - 3

    def stop(self):
        if self.server and self.server.poll() is None:
            self.server.terminate()
            self.server.wait(60)
        if self.log:
            self.log.close()

    def rss_mb(self):
        return memory_kb(self.server.pid, "VmRSS") / 1024

    def watch_rss(self):
        """Watches the server's memory; calling what it answers stops and gives the peak in MB."""
        peak, over = [0.0], threading.Event()

        def watch():
            while not over.wait(0.05):
                peak[0] = max(peak[0], self.rss_mb())

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()

        def stop():
            over.set()
            thread.join()
            return peak[0]

        return stop

    def postgres_environment(self, role):
        """How libpq's programs reach the private cluster."""
        pidfile = next(self.folder.glob("*/postmaster.pid"))
        lines = pidfile.read_text().split("\n")
        passwords = dict(line.split() for line in (self.folder / "passwords").read_text().splitlines())
        return self.environment() | {
            "PGHOST": lines[4], "PGPORT": lines[3], "PGUSER": role, "PGPASSWORD": passwords[role], "PGDATABASE": "vouch",
        }

    def sql(self, statement, role="postgres"):
        """Rows of one statement, each a list of texts. The superuser sees every tenant's rows."""
        done = subprocess.run(
            ["psql", "-XqAt", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-c", statement],
            env=self.postgres_environment(role), capture_output=True, text=True, check=True,
        )
        return [line.split("\t") for line in done.stdout.splitlines()]

    def pgbench(self, script, seconds, clients, variables):
        """Transactions a second and mean latency in ms of a script, as the role that serves."""
        defines = [part for name, value in variables.items() for part in ("-D", f"{name}={value}")]
        done = subprocess.run(
            ["pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", "1", "-T", str(seconds), "-f", str(script), *defines],
            env=self.postgres_environment("vouch_app"), capture_output=True, text=True,
        )
        rate = re.search(r"tps = ([\d.]+)", done.stdout)
        if not rate:
            raise SystemExit(f"pgbench: {done.stderr.strip()[-500:]}")
        return float(rate[1])
