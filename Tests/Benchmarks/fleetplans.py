"""`klpolicy fleet plan`: how fast it is, and what it grows with."""

import statistics
import subprocess
import sys
from pathlib import Path

import turns
from results import Row, Table

HERE = Path(__file__).resolve().parent
# (hosts, policies); the first one is what the ratios are to.
SHORT = [(1_000, 1), (1_000, 100), (10_000, 1), (10_000, 100)]
LONG = [(1_000, 1), (1_000, 10), (1_000, 100), (1_000, 1_000),
        (10_000, 1), (10_000, 100), (10_000, 1_000), (100_000, 100)]
MILLION = (1_000_000, 100)


def made(what, count, path):
    if not path.exists():
        with open(path, "w") as file:
            subprocess.run([sys.executable, "-B", HERE / "hosts.py", what, str(count)], check=True, stdout=file)
    return path


def run(options, scratch):
    table = Table(
        "fleet", "fleet plan: hosts for a second of one processor", "hosts/s",
        "to the first row, by processor time")

    def command(hosts, policies):
        policy = made("policies", policies, Path(scratch) / f"{policies}.yaml")
        lines = made("snapshots", hosts, Path(scratch) / f"{hosts}.ndjson")
        return [options.binary, "fleet", "plan", "--at", "2026-11-25T12:00:00Z", policy, f"<{lines}"]

    def take(cells, count):
        found = turns.take(count, [command(*cell) for cell in cells], scratch, (0, 5))
        return dict(zip(cells, found))

    cells = LONG if options.long else SHORT
    found = take(cells, max(3, options.turns // 3))
    if options.long:
        found[MILLION] = take([MILLION], 1)[MILLION]
    first = found[cells[0]]
    for (hosts, policies), runs in found.items():
        rate = hosts / statistics.median(runs.processor) * 1e3
        ratio = (runs.ratio(first, "processor") if len(runs.clock) == len(first.clock)
                 else statistics.median(runs.processor) / statistics.median(first.processor))
        table.rows.append(Row(
            f"{hosts:,} hosts, {policies:,} {'policy' if policies == 1 else 'policies'}", rate,
            hosts / cells[0][0] / ratio, True,
            f"peak {runs.peak / 1024:.0f} MiB, {runs.busy:.1f} processors busy"))
    hundred = max(hosts for hosts, policies in found if policies == 100)
    rate = next(row.value for row in table.rows if row.label.startswith(f"{hundred:,} hosts, 100 "))
    table.goals.append(("20,000 hosts a second and processor with 100 policies", f"{rate:,.0f}"))
    peaks = [found[cell].peak / 1024 for cell in found if cell[1] == 100]
    table.goals.append(("memory flat in the number of hosts", "with 100 policies " + ", ".join(
        f"{peak:.0f}" for peak in peaks) + " MiB"))
    many = max(policies for _, policies in found)
    growth = found[1_000, many].ratio(first, "processor")
    table.goals.append((
        "clearly below linear in policies that do not select a host",
        f"{many:,} policies instead of one take {growth:.1f} times as long for 1,000 hosts"))
    yield table
