"""`klpolicy reconcile` from not loaded to applied, beside the least that a program in C can do."""

import statistics

import onkernel
import turns
from cache import LabError
from results import Row, Table


def run(options, scratch):
    try:
        yield from loads(options, scratch)
    except LabError as error:
        raise turns.Missing(str(error)) from None


def loads(options, scratch):
    folder = onkernel.within_reach(scratch)
    turns.compiled("applied", folder, "-static")
    table = Table("load", "From not loaded to applied", "ms",
                  "klpolicy's mean to that of the C program with as many processors")
    for cpus in (1, 2):
        found, emulated = onkernel.figures(options, scratch, "load", ["applied"], cpus)
        own, least = found["load"]
        words = f"{cpus} processor{'s' if cpus > 1 else ''}"
        ratio = statistics.fmean(own.clock) / statistics.fmean(least.clock)
        table.rows += [
            Row(f"klpolicy reconcile, {words}", statistics.fmean(own.clock), ratio, True,
                f"median {own.milliseconds:,.0f} ms"),
            Row(f"finit_module and transition in C, {words}", statistics.fmean(least.clock), 1.0, False,
                f"median {least.milliseconds:,.0f} ms")]
        table.goals.append((f"within 5 % of the C program, {words}", f"{(ratio - 1) * 100:+.0f} %"))
        table.machine = emulated
    table.notes.append("means: the kernel tries a transition again at full seconds, so that times lie apart")
    yield table
