"""`klpolicy plan` for one host, beside what Ansible and Puppet take to say the same."""

import json
import os
import subprocess
import sys
from pathlib import Path

import hosts
import tools
import turns
from results import Row, Table

HERE = Path(__file__).resolve().parent
PLAYBOOK = """\
- hosts: localhost
  gather_facts: false
  tasks:
    - name: The module has the bytes that are due
      ansible.builtin.stat: {{path: {module}, checksum_algorithm: sha256}}
      register: module
      failed_when: module.stat.checksum != "{digest}"
    - name: The module is loaded
      ansible.builtin.command: {{argv: [/sbin/insmod, {module}], creates: /sys/kernel/livepatch/klp_fix}}
"""
MANIFEST = """\
file {{ '{module}':
  ensure         => file,
  checksum       => 'sha256',
  checksum_value => '{digest}',
}}
-> exec {{ '/sbin/insmod {module}':
  creates => '/sys/kernel/livepatch/klp_fix',
}}
"""
POLICY = """\
apiVersion: klpolicy/v1
kind: Policy
metadata: {{name: fix}}
spec:
  kernels:
    - release: {release}
      patches:
        - name: fix
          module: klp_fix
          file: {module}
          sha256: "{digest}"
          version: "1"
          replace: false
"""


def run(options, scratch):
    """The smallest text in each language that has the module's bytes verified, and it loaded once."""
    folder = Path(scratch) / "plan"
    folder.mkdir(mode=0o755)
    module = folder / "klp_fix.ko"
    module.write_bytes(b"\0" * 200_000)
    snapshot = hosts.snapshot(1)
    given = {"module": module, "digest": hosts.hashlib.sha256(module.read_bytes()).hexdigest(),
             "release": snapshot["host"]["kernel"]["release"]}
    for name, text in (("host.json", json.dumps(snapshot)), ("policy.yaml", POLICY.format(**given)),
                       ("playbook.yaml", PLAYBOOK.format(**given)), ("fix.pp", MANIFEST.format(**given))):
        (folder / name).write_text(text)
    environment = dict(
        os.environ, HOME=str(folder), ANSIBLE_HOME=str(folder / "ansible"), ANSIBLE_LOCALHOST_WARNING="false",
        LC_ALL="C.UTF-8")
    table = Table("plan", "A plan for one host with one live patch", "ms of a processor",
                  "times the processor time that klpolicy plan takes")
    commands, missing = {}, []
    commands["klpolicy plan --host"] = [
        options.binary, "plan", "--host", folder / "host.json", folder / "policy.yaml"]
    commands["an empty static Swift program"] = [turns.empty_program(scratch)]
    for name, find, words in (
            ("ansible-playbook --check", tools.ansible_playbook,
             ["--check", "-i", "localhost,", "-c", "local",
              "-e", f"ansible_python_interpreter={sys.executable}", folder / "playbook.yaml"]),
            ("puppet apply --noop", tools.puppet, ["apply", "--noop", folder / "fix.pp"])):
        try:
            commands[name] = [*find(), *words]
        except turns.Missing as error:
            missing.append(Row(name, note=str(error)))
    # Blocked: this is no kernel module, which takes as long to find out.
    found = dict(zip(commands, turns.take(
        max(3, options.turns // 2), list(commands.values()), scratch, (0, 5), environment)))
    own = found["klpolicy plan --host"]
    for name, runs in found.items():
        table.rows.append(Row(name, runs.work, runs.ratio(own, "processor"), name.startswith("klpolicy"),
                              f"{runs.milliseconds:,.0f} ms by the clock, peak {runs.peak / 1024:.0f} MiB"))
    table.rows += missing
    for name in ("ansible-playbook --check", "puppet apply --noop"):
        if name in commands:
            version = [*commands[name][:1], "--version"]
            said = subprocess.run(version, capture_output=True, text=True, env=environment).stdout
            table.notes.append(f"{name}: {said.splitlines()[0] if said else '?'}")
    yield table
