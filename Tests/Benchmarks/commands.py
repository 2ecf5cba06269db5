"""Every command that needs no live patching: what it takes to start, and how much memory; and growth."""

import subprocess
import sys
from pathlib import Path

import turns
from results import Row, Table

HERE = Path(__file__).resolve().parent
AT = ["--at", "2026-11-25T12:00:00Z"]


def made(what, count, path):
    with open(path, "w") as file:
        subprocess.run([sys.executable, "-B", HERE / "hosts.py", what, str(count)], check=True, stdout=file)
    return path


def run(options, scratch):
    yield every(options, Path(scratch))
    yield growth(options, Path(scratch))


def every(options, scratch):
    empty = turns.empty_program(scratch)
    stripped = scratch / "klpolicy"
    subprocess.run(["strip", "-o", stripped, options.binary], check=True)
    host = made("snapshots", 1, scratch / "host.json")
    fleet = made("snapshots", 100, scratch / "fleet.ndjson")
    few, many = made("patches", 1, scratch / "few.yaml"), made("policies", 20, scratch / "many.yaml")
    own = HERE.parents[1]
    saved = scratch / "saved.json"
    subprocess.run([stripped, "plan", "--host", host, *AT, few, "--out", saved], capture_output=True)
    commands = {
        "--version": ["--version"],
        "--help": ["--help"],
        "schema Policy": ["schema", "Policy"],
        "validate, 1 policy": ["validate", few],
        "validate, 20 policies": ["validate", many],
        "test (examples/gitops)": ["test", own / "examples/gitops"],
        "plan --host, 1 patch": ["plan", "--host", host, *AT, few],
        "plan --host, 20 policies": ["plan", "--host", host, *AT, many],
        "explain --host": ["explain", "cve-2026-0000", "--host", host, *AT, few],
        "windows --host": ["windows", "--host", host, *AT, many],
        "show": ["show", saved],
        "snapshot": ["snapshot"],
        "status": ["status", few],
        "history": ["history"],
        "fleet plan, 100 hosts": ["fleet", "plan", *AT, many, f"<{fleet}"],
    }
    table = Table("commands", "Every command that needs no live patching", "ms of a processor",
                  "times the processor time that an empty static Swift program takes")
    listed = {"an empty static Swift program": [empty], "true": ["true"],
              **{name: [stripped, *words] for name, words in commands.items()}}
    found = dict(zip(listed, turns.take(options.turns, list(listed.values()), scratch, range(0, 128))))
    base = found["an empty static Swift program"]
    for name, runs in found.items():
        status = sorted(runs.statuses)
        table.rows.append(Row(
            name if name not in commands else f"klpolicy {name}", runs.work, runs.ratio(base, "processor"),
            name in commands, f"peak {runs.peak / 1024:.1f} MiB, {runs.beyond(base, 'processor'):+.1f} ms"
            + ("" if status == [0] else f", exit {', '.join(map(str, status))}")))
    sizes = [path.stat().st_size / 2**20 for path in (stripped, empty)]
    table.notes.append(f"the stripped binary has {sizes[0]:.1f} MiB, the empty program {sizes[1]:.1f} MiB")
    for name in ("--version", "plan --host, 1 patch", "status"):
        table.goals.append((f"klpolicy {name} within 10 ms of the empty program",
                            f"{found[name].beyond(base, 'processor'):+.1f} ms"))
    return table


def growth(options, scratch):
    table = Table("patches", "A plan, by the patches that it is about", "ms of a processor",
                  "to the first row")
    host = made("snapshots", 1, scratch / "one.json")
    counts = [1, 10, 100, 1_000]
    commands = [[options.binary, "plan", "--host", host, *AT, made("patches", n, scratch / f"{n}.yaml")]
                for n in counts]
    found = turns.take(options.turns, commands, scratch, (0, 5))
    for count, runs in zip(counts, found):
        table.rows.append(Row(f"{count:,} patch{'es' if count > 1 else ''}", runs.work,
                              runs.ratio(found[0], "processor"), True, f"peak {runs.peak / 1024:.0f} MiB"))
    return table
