"""What only a kernel with live patches can show: in the lab's virtual machine, all rows in one boot."""

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import turns
from results import Row, Table

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Lab"))

import boots
import cache
import initramfs
import kernels
import modules
import requirements
import scenarios
import variants
from cache import LabError

# Of the kernels of the lab, the newest.
SERIES = kernels.SERIES[-1]
# What kpatch's script runs, as a Debian host has it: busybox's are quicker to start.
KPATCH_NEEDS = ["bash", "basename", "cat", "column", "dirname", "readlink", "uname"]
MOST_PATCHES = 32
PATCH = """\
// SPDX-License-Identifier: GPL-2.0-only
#include "lab.h"

LAB_SHOW(show, "klp_n{number}")
LAB_PATCH(NULL, "cmdline_proc_show", show);
MODULE_DESCRIPTION("klpolicy benchmarks: number {number}");
"""


def prepared():
    """The kernel, and the modules of every series: the guest has those of another one, too."""
    with cache.exclusive():
        requirements.ensure(requirements.LAB)
        every = {series: kernels.obtain(series) for series in kernels.SERIES}
        built = {series: modules.obtain(kernel) for series, kernel in every.items()}
        variants.obtain(every[SERIES], built[SERIES])
        initramfs.busybox()
    return every[SERIES], built


def patches(kernel, folder):
    """Many live patches of one function."""
    sources = folder / "sources"
    sources.mkdir()
    for name in ("lab.h", "Kbuild"):
        shutil.copy(modules.SOURCES / name, sources)
    for number in range(MOST_PATCHES):
        (sources / f"klp_n{number}.c").write_text(PATCH.format(number=number))
    turns.say(f"building {MOST_PATCHES} modules")
    for module in modules.compiled(kernel, sources, "a"):
        modules.strip(module)
        shutil.move(module, folder / module.name)
        (folder / module.name).chmod(0o755)
        yield module.name


def figures(options, scratch, name, programs, cpus=1):
    """What measure.c told in a boot for the scenario guest/NAME.sh, by the names it gives."""
    scenario = scenarios.read(HERE / "guest" / f"{name}.sh")
    scenario = replace(scenario, system=("measure", "ldconfig", *programs), cpus=cpus)
    if options.long:
        scenario = scenarios.at_length(scenario)
    ended = []
    kernel, built = prepared()
    boots.Runner(built, options.binary, {}, ended.append, scratch).run([boots.Boot(kernel, (scenario,))], 1)
    [result] = ended
    if result.status != "ok":
        raise turns.Missing(f"{name} did not come to its end in the guest:\n" + "\n".join(result.output[-30:]))
    found, section = {}, []
    for line in result.output:
        if line.startswith("figures "):
            section = found.setdefault(line.split()[1], [])
        else:
            section.append(line)
    emulated = (f"in QEMU without KVM (TCG), {cpus} processor{'s' if cpus > 1 else ''}, "
                f"Linux {kernel.release}")
    return {name: turns.read(lines) for name, lines in found.items()}, emulated


def within_reach(scratch):
    """A folder of programs for the guest, found by PATH."""
    folder = Path(scratch) / "programs"
    folder.mkdir(exist_ok=True)
    os.environ["PATH"] = f"{folder}:{os.environ['PATH']}:/usr/sbin:/sbin"
    turns.compiled("measure", folder, "-static")
    return folder


def run(options, scratch):
    try:
        yield from converged(options, scratch)
    except LabError as error:
        raise turns.Missing(str(error)) from None


def converged(options, scratch):
    folder = within_reach(scratch)
    turns.empty_program(folder)
    programs = ["empty", "true"]
    kernel, _ = prepared()
    programs += patches(kernel, folder)
    if options.kpatch:
        shutil.copy(options.kpatch, folder / "kpatch")
        (folder / "kpatch").chmod(0o755)
        programs += ["kpatch", *filter(shutil.which, KPATCH_NEEDS)]
    found, emulated = figures(options, scratch, "converged", programs)

    names = ["klpolicy reconcile, converged", "klpolicy status", "klpolicy plan", "klpolicy --version",
             "an empty static Swift program", "true", "kpatch list"]
    table = Table("converged", "Nothing to do: one live patch in force", "ms",
                  "times what a converged klpolicy reconcile takes", machine=emulated)
    runs = dict(zip(names, found["converged"]))
    own, empty = runs[names[0]], runs[names[4]]
    for name, taken in runs.items():
        table.rows.append(Row(name, taken.milliseconds, taken.ratio(own), name.startswith("klpolicy"),
                              f"peak {taken.peak / 1024:.0f} MiB"))
    if "kpatch list" in runs:
        for name in names[:2]:
            table.goals.append((f"{name} takes under a quarter of kpatch list",
                                f"{runs[name].ratio(runs['kpatch list']):.2f} of it"))
    else:
        table.rows.append(Row("kpatch list", note="not there: --kpatch PATH names upstream's script"))
    for name in names[:2]:
        table.goals.append((
            f"{name} within 10 ms of the empty program on ordinary hardware",
            f"{runs[name].beyond(empty):.0f} ms beyond it in the emulator, where the empty program takes "
            f"{empty.milliseconds:.0f} ms"))
    yield table

    growth = Table("loaded", "A converged reconcile, by live patches in force", "ms", "to the first row",
                   machine=emulated)
    first = next(iter(found["loaded-1"]))
    for name, section in found.items():
        if name.startswith("loaded-"):
            count = int(name.removeprefix("loaded-"))
            theirs = ("" if len(section) == 1 else f"{section[0].ratio(section[1]):.2f} of kpatch list, "
                      f"{section[1].milliseconds:,.0f} ms")
            growth.rows.append(Row(f"{count} live patch{'es' if count > 1 else ''}", section[0].milliseconds,
                                   section[0].milliseconds / first.milliseconds, True, theirs))
    yield growth
