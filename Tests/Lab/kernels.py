"""Debian's kernels: the newest of a series, fetched and unpacked without being installed."""

import lzma
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import cache
import requirements
from cache import LabError, say

SERIES = ("6.1", "6.12")
FLAVOUR = "cloud-amd64"
# A module of every kernel here, which needs no other and no device.
SIGNED = "lib/crc-itu-t"


@dataclass(frozen=True)
class Kernel:
    """An unpacked kernel and the tree that modules for it are built in."""
    series: str
    release: str
    folder: Path

    @property
    def image(self):
        return self.folder / "boot" / f"vmlinuz-{self.release}"

    @property
    def headers(self):
        return self.folder / "usr/src" / f"linux-headers-{self.release}"


def order(release):
    """A key that sorts the releases of one series and flavour as their numbers say."""
    return [int(number) for number in re.findall(r"\d+", release.removesuffix(FLAVOUR))]


def newest(series):
    """The newest release of `series` that apt offers, or None."""
    found = subprocess.run(
        ["apt-cache", "search", "--names-only", f"^linux-image-{re.escape(series)}\\."],
        capture_output=True, text=True).stdout
    # "-unsigned" and "-dbg" end otherwise and are left out by the closing anchor.
    pattern = re.compile(rf"^linux-image-({re.escape(series)}\.\S+-{FLAVOUR}) - ", re.MULTILINE)
    releases = [release for release in pattern.findall(found) if "-rt-" not in release]
    return max(releases, key=order, default=None)


def cached(series):
    """The newest release of `series` that lies in the cache, or None."""
    folder = cache.root() / "kernels"
    releases = [path.name for path in folder.glob(f"{series}.*-{FLAVOUR}")]
    return max(releases, key=order, default=None)


def packages(release):
    """The packages to unpack for `release`: image, headers, and the headers' dependencies."""
    headers = f"linux-headers-{release}"
    shown = subprocess.run(
        ["apt-cache", "depends", headers], capture_output=True, text=True).stdout
    needed = re.findall(r"Depends: (linux-(?:headers|kbuild)-\S+)", shown)
    return [f"linux-image-{release}", headers, *needed]


def unpack(release, folder):
    debs = folder / "debs"
    debs.mkdir()
    if debs.stat().st_uid == 0:
        # apt fetches as its own user where it may write, and complains where it may not.
        shutil.chown(debs, user="_apt")
    if not requirements.apt_get("download", *packages(release), cwd=debs):
        raise LabError(f"could not fetch the packages of kernel {release}")
    for package in debs.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
    shutil.rmtree(debs)
    headers = folder / "usr/src" / f"linux-headers-{release}"
    makefile = headers / "Makefile"
    # Its one absolute path names the place the headers would be installed in.
    makefile.write_text(makefile.read_text().replace("include /usr/src/", "include $(LAB_SRC)/"))
    # With vmlinux there, kbuild asks for pahole, to add type information that nothing here reads.
    (headers / "vmlinux").unlink(missing_ok=True)
    for large in ("boot/System.map-" + release, f"lib/modules/{release}/kernel"):
        path = folder / large
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    subprocess.run(["depmod", "-b", folder, release], check=True, stderr=subprocess.DEVNULL)


def signed_module(release):
    """The bytes of a small module of `release`, signed by the vendor with a key that it trusts."""
    def make(folder):
        say(f"fetching a signed module of {release}")
        if not requirements.apt_get("download", f"linux-image-{release}", cwd=folder):
            raise LabError(f"could not fetch the package of kernel {release}")
        package = next(folder.glob("*.deb"))
        subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
        # 6.12 has its modules packed.
        found = next(folder.glob(f"**/{release}/kernel/{SIGNED}.ko*"))
        data = found.read_bytes()
        data = lzma.decompress(data) if found.suffix == ".xz" else data
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        (folder / "signed.ko").write_bytes(data)
    folder = cache.made(cache.root() / "signed" / release, make)
    return (folder / "signed.ko").read_bytes()


def fetch(release):
    def make(folder):
        say(f"fetching kernel {release}")
        unpack(release, folder)
    return cache.made(cache.root() / "kernels" / release, make)


def obtain(series):
    """The newest kernel of `series`: fetched, or the newest in the cache when that fails."""
    release = newest(series)
    if release is None and requirements.update():
        release = newest(series)
    reason = f"apt offers no linux-image-{series}.*-{FLAVOUR}; run apt-get update as root"
    if release is not None:
        try:
            return Kernel(series, release, fetch(release))
        except LabError as error:
            reason = str(error)
        if requirements.update():
            try:
                release = newest(series) or release
                return Kernel(series, release, fetch(release))
            except LabError as error:
                reason = str(error)
    release = cached(series)
    if release is None:
        raise LabError(reason)
    say(f"{reason}; taking {release} from the cache")
    return Kernel(series, release, cache.root() / "kernels" / release)
