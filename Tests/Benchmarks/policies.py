"""Makes policy repositories of any size for the benchmarks: always the same bytes."""

import hashlib
from pathlib import Path

# What a repository is like. A policy has as many kernel rules, and a rule as many patches.
PATCHES_PER_RULE = 12
RULES_PER_POLICY = 6
# Of the releases that exist, each policy takes some.
RELEASES = [
    *(f"6.1.0-{abi}-{flavour}" for abi in range(40, 60)
      for flavour in ("amd64", "cloud-amd64", "rt-amd64")),
    *(f"6.12.{patch}+deb12-{flavour}" for patch in range(90, 120)
      for flavour in ("amd64", "cloud-amd64")),
]
# How many different patches the repository names.
PATCHES = 400
SEVERITIES = ["low", "medium", "high", "critical"]

HEAD = """\
# The policy of team {number}: what its hosts have, by kernel release.
apiVersion: klpolicy/v1
kind: Policy
metadata:
  name: team-{number}
spec:
  priority: {priority}
  unmanaged: report
  safety:
    transition: {{deadline: 60s}}
  kernels:
"""
PATCH = """\
        - name: cve-2026-{patch:04}
          module: klp_{slug}_cve_2026_{patch:04}
          file: modules/{release}/klp_cve_2026_{patch:04}.ko
          sha256: "{digest}"
          version: "{version}"
          replace: false
          fixes: [CVE-2026-{patch:04}, CVE-2026-{second:04}]
          severity: {severity}
          released: 2026-{month:02}-{day:02}
"""


def policy(number):
    """The text of one policy. Whatever policies name a build, they define it alike."""
    lines = [HEAD.format(number=number, priority=number % 10)]
    for rule in range(RULES_PER_POLICY):
        release = RELEASES[(number * RULES_PER_POLICY + rule) % len(RELEASES)]
        slug = "".join(c if c.isalnum() else "_" for c in release)
        lines.append(f"    - release: {release}\n      patches:\n")
        first = number * 7 + rule * 31
        for index in range(PATCHES_PER_RULE):
            patch = 1000 + (first + index) % PATCHES
            digest = hashlib.sha256(f"{release} {patch}".encode()).hexdigest()
            lines.append(PATCH.format(
                patch=patch, slug=slug, release=release, digest=digest,
                second=patch + PATCHES, version=1 + patch % 7,
                severity=SEVERITIES[patch % 4], month=1 + patch % 11, day=1 + patch % 28))
    return "".join(lines)


def write_bytes(folder, size, file_size):
    """Fill `folder` with at least `size` bytes in files of about `file_size`. Returns the policies."""
    folder.mkdir(parents=True, mode=0o755)
    number = written = files = 0
    while written < size:
        documents, length = [], 0
        while length < min(file_size, size - written):
            documents.append(policy(number))
            length += len(documents[-1]) + 4
            number += 1
        text = "---\n".join(documents)
        path = Path(folder) / f"team-{files:05}.yaml"
        path.write_text(text)
        path.chmod(0o644)
        written += len(text)
        files += 1
    return number
