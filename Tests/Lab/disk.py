"""The full guest's disk: Debian with systemd, made once by debootstrap and kept."""

import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import cache
import initramfs
import requirements
from cache import LabError, say

SUITE = "bookworm"
DISK = "3G"
# What is in the guest; the kernel is added to it. The last lines are for what is tried there.
PACKAGES = (
    "systemd", "systemd-sysv", "udev", "dbus", "kmod", "openssh-server", "initramfs-tools",
    "linux-base", "zstd", "procps", "iproute2",
    "libyaml-0-2", "libkmod2", "libssl3", "liblzma5", "libzstd1", "zlib1g", "tzdata", "curl",
    "ca-certificates", "git", "gnupg", "openssh-client", "jq",
    "python3", "python3-apt", "sudo", "rpm", "dnf", "zypper",
)
# A host like the lab's other guests.
ETC = {
    "etc/hostname": initramfs.ETC["hostname"],
    "etc/hosts": initramfs.ETC["hosts"],
    "etc/machine-id": initramfs.ETC["machine-id"],
    "etc/fstab": "/dev/vda / ext4 errors=remount-ro 0 1\n",
    "etc/resolv.conf": "nameserver 10.0.2.3\n",
    "etc/systemd/network/lab.network":
        "[Match]\nType=ether\n[Network]\nAddress=10.0.2.15/24\nGateway=10.0.2.2\n",
    # Only what the virtual machine has: an archive with all drivers takes long to unpack.
    "etc/initramfs-tools/conf.d/lab": "MODULES=list\n",
    "etc/initramfs-tools/modules": "virtio_pci\nvirtio_blk\nvirtio_net\nvirtio_rng\next4\n",
}
# Work that a host does by itself at its first boots, on the processor that a scenario needs.
MASKED = (
    "apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer",
    "e2scrub_reap.service", "fstrim.timer", "getty@tty1.service", "systemd-pcrphase.service",
)


@dataclass(frozen=True)
class Image:
    """A disk that nobody writes to, what boots it, and the key that opens it."""
    folder: Path

    @property
    def disk(self):
        return self.folder / "disk.img"

    @property
    def key(self):
        return self.folder / "key"


def mirror():
    """Where this machine's own Debian packages come from."""
    shown = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages"],
        capture_output=True, text=True).stdout
    found = re.search(rf"^(\S+) {SUITE}$", shown, re.MULTILINE)
    return found[1] if found else "http://deb.debian.org/debian"


def told(command, what, **options):
    """Run a command whose output is shown only when it fails."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", **options)
    if done.returncode != 0:
        raise LabError(f"{what} failed:\n{done.stdout[-4000:]}")


def populate(tree, kernel):
    """Fill the folder `tree` with the guest's files."""
    told(["debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", SUITE, tree,
          mirror()], "debootstrap", env=dict(os.environ, DEBIAN_FRONTEND="noninteractive"))
    for path, text in ETC.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(text)
    package = tree / "kernel"
    package.mkdir()
    shutil.chown(package, user="_apt")
    if not requirements.apt_get("download", f"linux-image-{kernel.release}", cwd=package):
        raise LabError(f"could not fetch the package of kernel {kernel.release}")
    inside = ["chroot", tree, "env", "DEBIAN_FRONTEND=noninteractive"]
    told([*inside, "sh", "-c", "dpkg -i /kernel/*.deb"], "installing the kernel")
    shutil.rmtree(package)
    told([*inside, "systemctl", "enable", "systemd-networkd.service", "ssh.service"], "systemctl")
    for unit in MASKED:
        (tree / "etc/systemd/system" / unit).symlink_to("/dev/null")
    told([*inside, "apt-get", "clean"], "apt-get clean")
    for large in ("usr/share/locale", "var/lib/apt/lists"):
        shutil.rmtree(tree / large)
    (tree / "var/lib/apt/lists/partial").mkdir(parents=True)
    shutil.copy2(initramfs.unpacked("adjtimex", "adjtimex"), tree / "usr/local/sbin/adjtimex")


def make(folder, kernel):
    if os.geteuid() != 0:
        raise LabError("the full guest's disk is made by debootstrap: run this once as root")
    say("making the disk of the full guest, which takes some minutes")
    tree = folder / "tree"
    populate(tree, kernel)
    told(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", folder / "key"],
         "ssh-keygen")
    (tree / "root/.ssh").mkdir(mode=0o700, exist_ok=True)
    shutil.copy(folder / "key.pub", tree / "root/.ssh/authorized_keys")
    for name in ("vmlinuz", "initrd.img"):
        shutil.copy(tree / "boot" / f"{name}-{kernel.release}", folder / name)
    told(["mkfs.ext4", "-q", "-F", "-E", "root_owner=0:0", "-d", tree, folder / "disk.img", DISK],
         "mkfs.ext4")
    shutil.rmtree(tree)


def obtain(kernel):
    """The image with `kernel`, made if it is not in the cache as this file would make it."""
    content = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]
    path = cache.root() / "system" / f"{kernel.release}-{content}"
    return Image(cache.made(path, lambda folder: make(folder, kernel)))
