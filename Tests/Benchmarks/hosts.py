#!/usr/bin/env python3
"""Snapshots of a fleet, and policies for it; always the same bytes.

    Tests/Benchmarks/hosts.py snapshots COUNT > hosts.ndjson
    Tests/Benchmarks/hosts.py policies COUNT > policies.yaml
    Tests/Benchmarks/hosts.py patches COUNT > patches.yaml

One policy in ten selects a host by its role; the others are for roles that no host has. A policy that
selects names two patches of a PatchSet, for the releases that the fleet runs. One host in four has
them in force already, loaded by klpolicy.
"""

import hashlib
import json
import sys

RELEASES = [f"6.1.0-{n}-cloud-amd64" for n in range(50, 57)]
ROLES = [f"role-{n}" for n in range(10)]


def digest(*words):
    return hashlib.sha256(" ".join(map(str, words)).encode()).hexdigest()


def build_of(patch, release):
    return digest("build", patch, release)[:40]


def snapshot(number):
    release = RELEASES[number % len(RELEASES)]
    role = number % len(ROLES)
    policy = role  # the policy that selects this role
    patches, managed = [], []
    if number % 4 == 0:
        for order, patch in enumerate(patches_of(policy), 1):
            module = module_of(patch, release)
            patches.append({
                "module": module, "state": "applied", "buildID": build_of(patch, release),
                "replace": False, "stackOrder": order, "referenceCount": 0, "taint": "OK",
                "objects": [{"name": "vmlinux", "patched": True,
                             "functions": [{"name": f"do_{patch.replace('-', '_')}", "sympos": 0}]}],
            })
            managed.append({
                "module": module, "buildID": build_of(patch, release), "replace": False,
                "sha256": digest("file", patch, release), "version": "1", "patch": patch,
                "policy": f"policy-{policy:04}", "requires": [], "fixes": [patch.upper()],
                "stored": True,
            })
    names = [p["module"] for p in patches] + [
        "virtio_net", "virtio_blk", "ext4", "crc32c_generic", "nf_tables", "overlay", "veth", "bridge"]
    return {
        "apiVersion": "klpolicy/v1", "kind": "HostSnapshot", "takenAt": "2026-11-25T20:00:00Z",
        "host": {
            "hostname": f"host-{number:07}.example.org", "machineID": digest("machine", number),
            "bootID": f"{number:08x}-0000-4000-8000-000000000000",
            "labels": {"environment": "production", "role": ROLES[role], "ring": str(number % 5)},
            "distribution": {"id": "debian", "versionID": "12"}, "architecture": "x86_64",
            "kernel": {
                "release": release,
                "version": f"#1 SMP PREEMPT_DYNAMIC Debian 6.1.{number % 7 + 140}-1 (2026-11-01)",
                "buildID": digest("kernel", release)[:40], "livepatch": True, "modules": True,
                "signatureEnforced": False, "lockdown": "none", "modulesDisabled": False,
                "ftraceEnabled": True, "taint": 0, "switchedOff": False,
            },
            "uptimeSeconds": 100000 + number % 1000, "loadPerCPU": (number % 10) / 10, "cpus": 4,
        },
        "live": {"patches": patches, "modules": names},
        "history": {"managed": managed, "holds": []}, "unobserved": [],
    }


def patches_of(policy):
    return [f"cve-2026-{policy:04}{n}" for n in range(2)]


def module_of(patch, release):
    return f"klp_{patch}_{release}".replace("-", "_").replace(".", "_")[:55]


def policies(count, out):
    names = []
    for number in range(count):
        wanted = "".join(f"        - {patch}\n" for patch in patches_of(number))
        names += patches_of(number)
        out.write(f"""apiVersion: klpolicy/v1
kind: Policy
metadata:
  name: policy-{number:04}
spec:
  hosts:
    hostname: ["host-*.example.org", "!host-canary-*"]
    labels: {{environment: production, role: role-{number}}}
  kernels:
    - release: ">=6.1.0-50 <6.2"
      flavour: cloud-amd64
      patches:
{wanted}  maintenance:
    windows:
      - {{name: weeknights, days: [Mon, Tue, Wed, Thu], start: "22:00", duration: 4h, timeZone: Europe/Berlin}}
    urgent: {{severity: critical}}
---
""")
    catalogue(names, out)


def catalogue(names, out):
    if not names:
        return
    out.write("apiVersion: klpolicy/v1\nkind: PatchSet\nmetadata:\n  name: fixes\nspec:\n  patches:\n")
    for patch in names:
        out.write(f"    - name: {patch}\n      fixes: [{patch.upper()}]\n      severity: high\n      builds:\n")
        for release in RELEASES:
            out.write(
                f"        - {{release: {release}, version: \"1\", module: {module_of(patch, release)}, "
                f"url: \"https://builds.example.org/{patch}/{release}.ko\", "
                f"sha256: \"{digest('file', patch, release)}\", "
                f"buildID: \"{build_of(patch, release)}\", replace: false, released: 2026-11-01}}\n")


def one_policy(count, out):
    """One policy that names COUNT patches for every host."""
    names = [f"cve-2026-{n:04}" for n in range(count)]
    wanted = "".join(f"        - {name}\n" for name in names)
    out.write(f"""apiVersion: klpolicy/v1
kind: Policy
metadata:
  name: all
spec:
  kernels:
    - release: ">=6.1.0-50 <6.2"
      patches:
{wanted}---
""")
    catalogue(names, out)


def main():
    what, count = sys.argv[1], int(sys.argv[2])
    if what == "snapshots":
        for number in range(count):
            sys.stdout.write(json.dumps(snapshot(number), separators=(",", ":")) + "\n")
    elif what == "policies":
        policies(count, sys.stdout)
    elif what == "patches":
        one_policy(count, sys.stdout)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
