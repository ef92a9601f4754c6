"""What is loaded from files: customers by `vouch import`, a list of names by `vouch watchlist import`, and a name's check against it."""

import csv
import random
import subprocess
import tempfile
import time

import load
from installation import memory_kb

HEADINGS = [
    "kind", "first name", "surname", "email", "birthday", "place of birth", "country of birth", "nationality", "street", "postcode",
    "city", "country", "phone",
]
LISTED = [
    "id", "schema", "name", "aliases", "birth_date", "countries", "addresses", "identifiers", "sanctions", "phones", "emails",
    "program_ids", "dataset", "first_seen", "last_seen", "last_change",
]
FIRST = "Mohammed Ahmad Ali Hassan Ivan Vladimir Sergey Olga Maria Ana Jose Juan Kim Li Wei Chen Yusuf Ibrahim Omar Khalid Elena Fatima Carlos Pedro".split()
PARTS = "ka ro mi ta le so ni ba du vi ha ze pa lo gu ri sha mo te fa no ke zu la be dro sti kar nov yan".split()


def last_name(number):
    """All different up to 810,000."""
    digits = []
    for _ in range(4):
        number, digit = divmod(number, len(PARTS))
        digits.append(PARTS[digit])
    return "".join(digits).capitalize()


def customers(path, rows):
    """A file of customers of whom nobody was there in a run before."""
    run = format(int(time.time()), "x")
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(HEADINGS)
        for n in range(rows):
            month, day = n % 12 + 1, n % 28 + 1
            out.writerow([
                "natural", FIRST[n % len(FIRST)], f"{last_name(n)} {run}", f"{run}-{n}@bench.test", f"{1940 + n % 60}-{month:02}-{day:02}",
                "Porto", "PT", "PT", f"Rua Direita {n}", "4000-001", "Porto", "PT", f"+3519{n:08}",
            ])


def names(path, rows):
    """A list in the layout of targets.simple.csv: three names an entry."""
    mixed = random.Random(1)
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(LISTED)
        for n in range(rows):
            first, second, last = mixed.choice(FIRST), mixed.choice(FIRST), last_name(n)
            out.writerow([
                f"N{n}", "Person", f"{first} {last}", f"{first} {second} {last};{last} {first}", f"{1940 + n % 60}-01-02", "xx", "", "",
                f"Program {n}", "", "", "", "bench", "", "", "",
            ])


def timed(vouch, *arguments):
    """Seconds, the program's peak memory in MB, and what it said."""
    start = time.monotonic()
    # Into files: it may say a line for each row, and a pipe that nobody reads holds it up.
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as wrong:
        program = subprocess.Popen([vouch.program, *map(str, arguments)], env=vouch.environment(), stdout=said, stderr=wrong)
        peak = 0
        while program.poll() is None:
            peak = max(peak, memory_kb(program.pid, "VmHWM"))
            time.sleep(0.05)
        took = time.monotonic() - start
        said.seek(0)
        wrong.seek(0)
        if program.returncode:
            raise RuntimeError(wrong.readline().strip() or f"exit {program.returncode}")
        return took, peak / 1024, said.read().strip()


def measure(put, vouch, officer, rows, times):
    folder = vouch.folder / "bench-files"
    folder.mkdir(exist_ok=True)

    def imported(*more):
        def work():
            took, peak, said = timed(vouch, "import", "--branch", "london", *more, folder / "people.csv")
            if f"{rows} customers were imported" not in said and f"all {rows} rows" not in said:
                raise RuntimeError(said)
            return f"{took:.1f} s, {rows / took:,.0f} a second, {peak:.0f} MB"
        return work
    customers(folder / "people.csv", rows)
    put(f"import of {rows:,} rows of {len(HEADINGS)} columns: the check alone", imported("--check"))
    put(f"import of {rows:,} rows of {len(HEADINGS)} columns, its check included", imported())

    def listed():
        names(folder / "names.csv", rows)
        took, peak, said = timed(vouch, "watchlist", "import", folder / "names.csv", "--list", "bench")
        return f"{took:.1f} s, {peak:.0f} MB: {said}"
    put(f"list of {rows:,} entries", listed)

    def matched():
        org = vouch.sql("SELECT id FROM organisations WHERE demo")[0][0]
        some = vouch.sql(f"SELECT id FROM customers WHERE organisation_id = '{org}' AND kind = 'natural' AND merged_into IS NULL ORDER BY id LIMIT {times}")
        took = []
        for (customer,) in some:
            start = time.perf_counter()
            status, _, body = officer.ask("POST", f"/customers/{customer}/verifications", {"verification_type": "sanctions", "provider": "watchlist"})
            took.append(time.perf_counter() - start)
            if status != 303:
                raise RuntimeError(f"a check answered {status}: {body[:200]!r}")
        return f"{load.percentile(took, 0.5):.1f} / {load.percentile(took, 0.95):.1f}"
    put("a customer's check against the list, the whole request, ms p50 / p95", matched)
