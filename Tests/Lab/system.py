"""The full guest: a whole Debian host with systemd and ssh, for what only such a one can show."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import machine
from cache import LabError, say
from disk import told

FOLDER = Path(__file__).resolve().parent / "system"
LIMIT = 600


def free_port():
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


@dataclass(frozen=True)
class Scenario:
    name: str
    path: Path
    title: str
    limit: int
    # Whether it has the packages of vendors in RPMS.
    packages: bool


def read(path):
    header = dict(re.findall(r"^# (title|limit|packages): *(.*)$", path.read_text(), re.MULTILINE))
    if not header.get("title"):
        raise LabError(f"{path}: the header '# title: what must hold' is missing")
    if header.get("packages", "vendors").strip() != "vendors":
        raise LabError(f"{path}: # packages: can only be vendors")
    return Scenario(path.stem, path.resolve(), header["title"].strip(),
                    int(header.get("limit", LIMIT)), "packages" in header)


def matching(names):
    """The scenarios of these names, or globs, or paths; all in the folder without any."""
    paths = [] if names else sorted(FOLDER.glob("*.sh"))
    for name in names:
        found = [Path(name)] if "/" in name else sorted(FOLDER.glob(f"{name}.sh"))
        if not found or not found[0].is_file():
            raise LabError(f"no scenario of the full guest is {name}; see lab system --list")
        paths += [path for path in found if path.name != "lib.sh"]
    return [read(path) for path in paths if path.name != "lib.sh"]


class Guest:
    """The folder of one guest: its disk over the image's, the way in, and what a script needs."""

    def __init__(self, image, kernel, modules, rpms, binary, package, cpus):
        self.folder = Path(tempfile.mkdtemp(prefix="klpolicy-lab-"))
        self.port = free_port()
        told(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", image.disk,
              self.folder / "disk.qcow2"], "qemu-img")
        # ssh refuses a key that others can read, wherever the cache came from.
        shutil.copy(image.key, self.folder / "key")
        (self.folder / "key").chmod(0o600)
        self.script("power", [
            *machine.COMMON, "-smp", str(cpus), "-m", "1024",
            "-kernel", image.folder / "vmlinuz", "-initrd", image.folder / "initrd.img",
            # Not "unsafe": what the guest has synced has to be there after the power is cut.
            "-drive", f"if=virtio,file={self.folder}/disk.qcow2,cache=writeback",
            "-netdev", f"user,id=net,hostfwd=tcp:127.0.0.1:{self.port}-:22",
            "-device", "virtio-net-pci,netdev=net", "-device", "virtio-rng-pci",
            "-serial", f"file:{self.folder}/console",
        ], f'-append "root=/dev/vda rw console=ttyS0 {machine.CMDLINE} $*"')
        options = {
            "IdentityFile": self.folder / "key", "IdentitiesOnly": "yes",
            "UserKnownHostsFile": "/dev/null", "StrictHostKeyChecking": "no",
            "LogLevel": "ERROR", "ConnectTimeout": "5",
        }
        self.options = [f"-o{name}={value}" for name, value in options.items()]
        address = ["-p", str(self.port), "root@127.0.0.1"]
        self.script("ssh", ["ssh", *self.options, f"-oControlPath={self.folder}/s", *address])
        (self.folder / "inventory").write_text(
            f"lab ansible_host=127.0.0.1 ansible_port={self.port} ansible_user=root "
            f"ansible_python_interpreter=/usr/bin/python3 "
            f"ansible_ssh_common_args='{' '.join(self.options)}'\n")
        os.mkdir(self.folder / "scratch")
        self.environment = {
            **os.environ, "LAB_LIBRARY": str(FOLDER / "lib.sh"), "GUEST": str(self.folder),
            "GUEST_PORT": str(self.port), "GUEST_KEY": str(self.folder / "key"),
            "GUEST_INVENTORY": str(self.folder / "inventory"), "SCRATCH": f"{self.folder}/scratch",
            "MODULES": str(modules), "RPMS": str(rpms or ""), "RELEASE": kernel.release,
            "KLPOLICY": str(binary or ""), "PACKAGE": str(package or ""),
        }

    def script(self, name, arguments, rest=""):
        """A program in the folder that runs this command."""
        words = " ".join("'" + str(word).replace("'", "'\\''") + "'" for word in arguments)
        path = self.folder / name
        path.write_text(f'#!/bin/sh\nexec {words} {rest or chr(34) + "$@" + chr(34)}\n')
        path.chmod(0o755)

    def stop(self):
        """End the machine, whatever it is doing."""
        try:
            process = int((self.folder / "pid").read_text())
            arguments = Path(f"/proc/{process}/cmdline").read_bytes()
            if str(self.folder).encode() in arguments:
                os.kill(process, 9)
        except (OSError, ValueError):
            pass

    def console(self):
        path = self.folder / "console"
        return path.read_text(errors="replace").splitlines()[-25:] if path.exists() else []


def run_one(scenario, guest):
    """Returns how it ended and what it printed."""
    output = guest.folder / "output"
    with open(output, "wb") as log:
        process = subprocess.Popen(
            ["sh", scenario.path], cwd=guest.folder / "scratch", env=guest.environment,
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            code = process.wait(scenario.limit)
        except subprocess.TimeoutExpired:
            code = 1
            log.write(f"\nstill running after {scenario.limit} s\n".encode())
        finally:
            try:
                os.killpg(process.pid, 9)
            except ProcessLookupError:
                pass
            process.wait()
            guest.stop()
    return code, output.read_text(errors="replace").splitlines()


def run(scenarios, start, jobs, keep, report):
    """Run the scenarios, `jobs` at a time, each in a guest of `start()`; report each as it ends."""
    waiting, lock, guests = list(scenarios), threading.Lock(), []

    def work():
        while True:
            with lock:
                if not waiting:
                    return
                scenario = waiting.pop(0)
                guest = start()
                guests.append(guest)
            began = time.monotonic()
            try:
                code, lines = run_one(scenario, guest)
            except Exception as error:
                code, lines = 1, [f"the lab failed: {error!r}"]
            if code != 0:
                lines += ["the end of the guest's console:", *guest.console()]
            with lock:
                report(scenario, code == 0, time.monotonic() - began, lines)
                if keep:
                    say(f"{scenario.name}: what is left of its guest is in {guest.folder}")

    threads = [threading.Thread(target=work, daemon=True) for _ in range(jobs)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        for guest in guests:
            guest.stop()
            if not keep:
                shutil.rmtree(guest.folder, ignore_errors=True)


def shell(guest):
    """A shell in the guest; the guest ends with it."""
    try:
        script = '. "$LAB_LIBRARY"; equip; [ -z "$PACKAGE" ] || install_package'
        started = subprocess.run(["sh", "-c", script], env=guest.environment)
        if started.returncode != 0:
            return started.returncode
        say(f"the guest is up until you leave this shell. From elsewhere: {guest.folder}/ssh, or\n"
            f"  ansible -i {guest.folder}/inventory lab -m ping\n"
            f"Modules are in /lab/modules, its console is {guest.folder}/console")
        return subprocess.run([guest.folder / "ssh", "-t"]).returncode
    finally:
        guest.stop()
        shutil.rmtree(guest.folder, ignore_errors=True)
