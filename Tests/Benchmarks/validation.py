"""`klpolicy validate`, beside libyaml's bare events and beside other validators of YAML."""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import policies
import turns
from results import Row, Table

HERE = Path(__file__).resolve().parent
MEBIBYTE = 2**20
LIMIT = 60  # seconds of one run


def events(program, files):
    """Milliseconds that libyaml takes for the events of the files, which are in memory."""
    done = subprocess.run([program, *files], check=True, capture_output=True, text=True)
    return float(done.stdout.split()[2])


def clock(command):
    start = time.perf_counter()
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return LIMIT * 1e3
    if done.returncode != 0:
        raise turns.Missing(f"{command[0]} ended with {done.returncode}: {done.stderr[:500]}")
    return (time.perf_counter() - start) * 1e3


def rows_of(name, folder, options, program):
    """Two rows: klpolicy with all processors, and with one."""
    files = sorted(folder.rglob("*.yaml"))
    size = sum(path.stat().st_size for path in files) / MEBIBYTE
    one = ["taskset", "-c", str(min(os.sched_getaffinity(0)))]
    found = {"all": [], "one": [], "libyaml": []}
    for _ in range(options.turns):
        found["all"].append(clock([options.binary, "validate", folder]))
        found["one"].append(clock([*one, options.binary, "validate", folder]))
        found["libyaml"].append(events(program, files))
    for key, words in (("all", ""), ("one", ", one processor")):
        rate = statistics.median(own / bare for own, bare in zip(found[key], found["libyaml"]))
        yield Row(f"{name}, {size:.1f} MiB{words}", statistics.median(found[key]), 1 / rate, True,
                  f"{size / statistics.median(found[key]) * 1e3:.1f} MiB/s; "
                  f"libyaml {statistics.median(found['libyaml']):.0f} ms"
                  + (f"; ended after {LIMIT} s" if max(found[key]) >= LIMIT * 1e3 else ""))


def beside_libyaml(options, scratch):
    program = turns.compiled("events", scratch, "-lyaml")
    table = Table(
        "validate", "validate, beside libyaml's bare event loop in C", "ms",
        "klpolicy's rate to that of a C program that reads libyaml's events and does nothing with them, "
        "files in memory")
    size = int((50 if options.long else 4) * MEBIBYTE)

    def measure(name, size, file_size):
        folder = Path(scratch) / "validate" / str(len(table.rows))
        policies.write_bytes(folder, size, file_size)
        table.rows += rows_of(name, folder, options, program)

    for part in (4, 2, 1):
        measure("files of 1 MiB", size // part, MEBIBYTE)
    measure("one file", min(size, 7 * MEBIBYTE), 8 * MEBIBYTE)
    measure("a file each policy", size // 4, 1)
    table.goals.append(("at least half of libyaml's rate, a ratio of 0.5", ", ".join(
        f"{row.ratio:.2f}" for row in table.rows[4:6]) + f" for {size / MEBIBYTE:.0f} MiB, with all processors and with one"))
    return table


def beside_others(options, scratch):
    """check-jsonschema and yamllint, with the schema and the rules that a repository would take."""
    import tools
    folder = Path(scratch) / "others"
    policies.write_bytes(folder, MEBIBYTE // 2, 1)
    files = sorted(folder.rglob("*.yaml"))
    schema = HERE.parents[1] / "schemas" / "policy.schema.json"
    table = Table(
        "validators", f"validate, beside other validators: {len(files)} policies, 0.5 MiB", "ms",
        "times what klpolicy takes")
    commands = {"klpolicy validate": [options.binary, "validate", folder]}
    for name, find, words in (
            ("check-jsonschema", tools.check_jsonschema, ["--schemafile", schema, *files]),
            ("yamllint", tools.yamllint, ["-d", "{extends: relaxed, rules: {line-length: disable}}", folder])):
        try:
            commands[name] = [*find(), *words]
        except turns.Missing as error:
            table.rows.append(Row(name, note=str(error)))
    found = {name: [] for name in commands}
    for _ in range(max(3, options.turns // 3)):
        for name, command in commands.items():
            found[name].append(clock(command))
    own = found["klpolicy validate"]
    table.rows = [
        Row(name, statistics.median(times), statistics.median(a / b for a, b in zip(times, own)),
            name.startswith("klpolicy"))
        for name, times in found.items()] + table.rows
    return table


def run(options, scratch):
    yield beside_libyaml(options, scratch)
    yield beside_others(options, scratch)
