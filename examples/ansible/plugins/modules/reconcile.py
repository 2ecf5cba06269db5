#!/usr/bin/python
# Copyright: the klpolicy authors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes a host's live patches what policies say."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: reconcile
short_description: Make a host's live patches what policies say
version_added: "0.1.0"
description:
  - Runs C(klpolicy reconcile), which computes what separates the kernel's live patches from what the
    policies on the host want, does it, and verifies it.
  - With O(src), a repository of policies is brought to the host first. It is validated there, and takes
    the place of what was there whole, or not at all.
  - In check mode nothing is written. What would become of the live patches is predicted by a plan for
    the host as it is, of the policies in O(src) where that is given.
options:
  src:
    description:
      - A folder on the controller with policies, and the modules that they name by C(file). It takes the
        place of O(dest), which then holds nothing else. C(.git) is left out.
    type: path
  dest:
    description:
      - Where O(src) goes.
    type: path
    default: /etc/klpolicy/policies.d
  policies:
    description:
      - Policy files, or folders of them, on the host. Together with O(src) it may not be given.
      - Without O(src), the default is O(dest).
    type: list
    elements: path
  prune:
    description: Also remove what klpolicy loaded for policies that are not among those given.
    type: bool
    default: false
  allow_empty:
    description: Let policies that want nothing on the host remove what is there.
    type: bool
    default: false
  allow_force:
    description: Let a transition that stalls be forced, where the policy says C(onStall) is C(force).
    type: bool
    default: false
  override_window:
    description: Lift windows, and those freezes that allow it, for this run.
    type: bool
    default: false
  reason:
    description: Why windows are overridden, for those who come later.
    type: str
  lock_timeout:
    description: How long to wait for another run on the host to end, as C(30s) or C(5m).
    type: str
    default: 60s
  fail_on_blocked:
    description:
      - Whether the task fails when something the policies want will not happen until someone acts. What
        could be done is done in either case.
    type: bool
    default: true
  executable:
    description: The path of klpolicy, where it is in none of the usual places.
    type: path
attributes:
  check_mode:
    description: Predicts what would be done, and changes nothing.
    support: full
  diff_mode:
    description: Shows the live patches before and after, and the policies that change.
    support: full
seealso:
  - module: klpolicy.livepatch.status_info
  - module: klpolicy.livepatch.hold
author:
  - The klpolicy authors (@klpolicy)
"""

EXAMPLES = r"""
- name: Keep the live patches as the policies of this repository say
  klpolicy.livepatch.reconcile:
    src: policies
  become: true

- name: Show what would be done, without doing it
  klpolicy.livepatch.reconcile:
  check_mode: true
  become: true
  register: plan

- name: Close an urgent hole outside the maintenance window
  klpolicy.livepatch.reconcile:
    override_window: true
    reason: CVE-2026-1111 is being exploited
  become: true
"""

RETURN = r"""
msg:
  description: One sentence on how it ended.
  returned: always
  type: str
result:
  description:
    - How it ended, as C(converged), C(applied), C(deferred), C(blocked), C(restored), C(failed) or
      C(refused). In check mode C(planned).
  returned: when klpolicy ran
  type: str
steps:
  description: What was done, or would be, in order.
  returned: when klpolicy ran
  type: list
  elements: dict
  sample: [{"id": 1, "action": "load", "module": "klp_first_fix", "reason": "not-loaded"}]
deferred:
  description: What waits for a window, a wave or another condition.
  returned: when klpolicy ran
  type: list
  elements: dict
blocked:
  description: What will not happen until someone acts.
  returned: when klpolicy ran
  type: list
  elements: dict
report:
  description: The whole report of klpolicy, or its plan in check mode (C(klpolicy schema Report)).
  returned: when klpolicy ran
  type: dict
rc:
  description: The exit code of klpolicy.
  returned: when klpolicy ran
  type: int
"""

import ctypes
import os
import shutil
import tarfile
import tempfile

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.klpolicy.livepatch.plugins.module_utils.program import Program, withheld

FLAGS = ["prune", "allow_empty", "allow_force", "override_window"]
# Larger files, and those that are no text, are shown by their size.
SHOWN = 64 << 10


def unpack(module, archive, folder):
    """Unpack what the controller sent: files and folders, all of them root's."""
    with tarfile.open(archive) as tar:
        for member in tar:
            parts = member.name.split("/")
            if member.name.startswith("/") or ".." in parts or not (member.isfile() or member.isdir()):
                module.fail_json(msg="src: %s is neither a file nor a folder" % member.name)
            path = os.path.join(folder, member.name)
            if member.isdir():
                os.makedirs(path, mode=0o755)
                continue
            with tar.extractfile(member) as source, open(path, "wb") as target:
                shutil.copyfileobj(source, target)
                os.fchmod(target.fileno(), 0o644)
                target.flush()
                os.fsync(target.fileno())


def files(folder):
    """The files below a folder, by their paths in it."""
    found = {}
    for place, folders, names in os.walk(folder):
        for name in names + [one for one in folders if os.path.islink(os.path.join(place, one))]:
            path = os.path.join(place, name)
            found[os.path.relpath(path, folder)] = path
    return found


def content(path):
    """The bytes of a file; None of what is no file, as a link."""
    if os.path.islink(path) or not os.path.isfile(path):
        return None
    with open(path, "rb") as file:
        return file.read()


def shown(path, data):
    """What a difference shows of a file."""
    if path is None:
        return ""
    if data is None:
        return "(no file)\n"
    try:
        if len(data) <= SHOWN and b"\0" not in data:
            return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    return "(%d bytes)\n" % len(data)


def differences(before, after, dest):
    """In what two folders differ, file by file."""
    then, now = files(before), files(after)
    found = []
    for name in sorted(set(then) | set(now)):
        old = content(then[name]) if name in then else None
        new = content(now[name]) if name in now else None
        if name in then and name in now and old is not None and old == new:
            continue
        header = os.path.join(dest, name)
        found.append({
            "before_header": header, "after_header": header,
            "before": shown(then.get(name), old), "after": shown(now.get(name), new)})
    return found


def put_in_place(staged, dest):
    """Let a folder take the place of another: readers see the one or the other, whole."""
    staged = os.path.realpath(staged)
    os.chmod(staged, 0o755)
    if not os.path.isdir(dest):
        os.rename(staged, dest)
    else:
        libc = ctypes.CDLL(None, use_errno=True)
        here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE: renameat2(2)
        swapped = hasattr(libc, "renameat2") and libc.renameat2(
            here, os.fsencode(staged), here, os.fsencode(dest), exchange) == 0
        if not swapped:
            # A file system that cannot: for a moment neither of them is there.
            aside = staged + ".old"
            os.rename(dest, aside)
            os.rename(staged, dest)
            os.rename(aside, staged)
    parent = os.open(os.path.dirname(dest), os.O_RDONLY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)


def options(params):
    """What klpolicy is called with."""
    arguments = ["--" + flag.replace("_", "-") for flag in FLAGS if params[flag]]
    if params["reason"] is not None:
        arguments += ["--reason", params["reason"]]
    return arguments + ["--lock-timeout", params["lock_timeout"]]


class Run(object):
    """One run of the module."""

    def __init__(self, module):
        self.module = module
        self.params = module.params
        self.dest = os.path.abspath(self.params["dest"])
        self.program = Program(module, required=not module.check_mode)
        self.staged = None
        self.result = {"changed": False, "diff": []}

    def stage(self):
        """Unpack and validate the policies that the controller sent."""
        parent = os.path.dirname(self.dest)
        if not self.module.check_mode and not os.path.isdir(parent):
            os.makedirs(parent, mode=0o755)
        # In check mode nothing is written beside the policies. As root, klpolicy believes only what
        # lies in folders of root's, and module.tmpdir may lie in the home of the user who logged in.
        aside = "/run" if os.geteuid() == 0 else self.module.tmpdir
        self.staged = tempfile.mkdtemp(
            prefix=".policies.", dir=aside if self.module.check_mode else parent)
        unpack(self.module, self.params["archive"], self.staged)
        self.result["diff"] = differences(self.dest, self.staged, self.dest)
        self.result["changed"] = bool(self.result["diff"])
        if self.program.path is None or not self.result["changed"]:
            return
        code, document, errors = self.program.run("validate", self.staged)
        if code != 0:
            errors = errors or "; ".join(
                "%s: %s" % (one.get("path", ""), one["message"])
                for one in (document or {}).get("diagnostics", []))
            self.fail("the policies in src are not valid; nothing was changed: %s"
                      % errors.replace(self.staged, self.params["src_name"]), changed=False, diff=[],
                      validation=document, rc=code)

    def fail(self, message, **more):
        self.clean()
        self.module.fail_json(msg=message, **dict(self.result, **more))

    def clean(self):
        for path in [self.staged, self.params["archive"]]:
            if path is not None and os.path.isdir(path):
                shutil.rmtree(path, ignore_errors=True)

    def run(self):
        if self.params["archive"]:
            self.stage()
        if self.program.path is None:
            self.clean()
            self.module.exit_json(
                msg="klpolicy is not installed here yet, so what it would do is not known",
                **dict(self.result, changed=True))
        paths = self.params["policies"] or [self.dest]
        if self.module.check_mode:
            paths = [self.staged] if self.staged else paths
        elif self.result["diff"]:
            put_in_place(self.staged, self.dest)
        arguments = options(self.params) + [os.path.abspath(path) for path in paths]
        if self.module.check_mode:
            arguments.insert(0, "--dry-run")
        code, document, errors = self.program.run("reconcile", *arguments)
        self.clean()
        self.result["rc"] = code
        if document is None:
            self.module.fail_json(msg=self.program.end(code, errors), stderr=errors, **self.result)
        self.tell(code, document)

    def tell(self, code, document):
        self.result["changed"] = self.result["changed"] or document["changed"]
        difference = document["diff"]
        if difference["before"] != difference["after"]:
            self.result["diff"].append(dict(
                difference, before_header="live patches", after_header="live patches"))
        for name in ["steps", "deferred", "blocked"]:
            self.result[name] = document[name]
        for warning in document["warnings"]:
            self.module.warn("%s: %s" % (warning["code"], warning["message"]))
        self.result.update(report=document, result=document.get("result", "planned"))
        message = document.get("msg") or self.planned(document)
        if document["blocked"]:
            message += ": " + withheld(document["blocked"])
        elif document["deferred"]:
            message += ": " + withheld(document["deferred"])
        if code in (0, 2, 3) or (code == 5 and not self.params["fail_on_blocked"]):
            self.module.exit_json(msg=message, **self.result)
        self.module.fail_json(msg=message, **self.result)

    @staticmethod
    def planned(document):
        return "%d to do, %d deferred, %d blocked" % (
            len(document["steps"]), len(document["deferred"]), len(document["blocked"]))


def main():
    module = AnsibleModule(
        argument_spec={
            "src": {"type": "path"},
            "dest": {"type": "path", "default": "/etc/klpolicy/policies.d"},
            "policies": {"type": "list", "elements": "path"},
            "prune": {"type": "bool", "default": False},
            "allow_empty": {"type": "bool", "default": False},
            "allow_force": {"type": "bool", "default": False},
            "override_window": {"type": "bool", "default": False},
            "reason": {"type": "str"},
            "lock_timeout": {"type": "str", "default": "60s"},
            "fail_on_blocked": {"type": "bool", "default": True},
            "executable": {"type": "path"},
        },
        required_if=[("override_window", True, ("reason",))],
        mutually_exclusive=[("src", "policies")],
        supports_check_mode=True)
    # The action plugin of the same name has put an archive in the place of the folder.
    src = module.params["src"]
    module.params["archive"] = src
    module.params["src_name"] = "src"
    if src is not None and not tarfile.is_tarfile(src):
        module.fail_json(msg="src: %s is not what the controller sends" % src)
    Run(module).run()


if __name__ == "__main__":
    main()
