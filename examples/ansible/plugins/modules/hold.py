#!/usr/bin/python
# Copyright: the klpolicy authors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
"""Holds a patch, or everything, on a host as it is."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: hold
short_description: Keep a live patch, or all of them, as they are
version_added: "0.1.0"
description:
  - Runs C(klpolicy hold) and C(klpolicy resume). A hold outlives reboots.
options:
  patch:
    description: The name of a patch. Without it everything on the host is held.
    type: str
  reason:
    description: Why, for those who come later. O(state=present) needs it.
    type: str
  until:
    description: When the hold ends by itself, as C(2026-12-01T08:00:00Z).
    type: str
  state:
    description: Whether there is to be such a hold.
    type: str
    choices: [present, absent]
    default: present
  lock_timeout:
    description: How long to wait for a run on the host to end, as C(30s) or C(5m).
    type: str
    default: 60s
  executable:
    description: The path of klpolicy, where it is in none of the usual places.
    type: path
attributes:
  check_mode:
    description: Tells whether the hold would be set or lifted.
    support: full
  diff_mode:
    description: Shows the hold before and after.
    support: full
seealso:
  - module: klpolicy.livepatch.reconcile
author:
  - The klpolicy authors (@klpolicy)
"""

EXAMPLES = r"""
- name: Let nothing move while the database is migrated
  klpolicy.livepatch.hold:
    reason: migration of the database
    until: "2026-12-01T08:00:00Z"
  become: true

- name: Let it go on
  klpolicy.livepatch.hold:
    state: absent
  become: true
"""

RETURN = r"""
holds:
  description: The holds in force.
  returned: success
  type: list
  elements: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.klpolicy.livepatch.plugins.module_utils.program import Program


def lines(hold):
    """What a difference shows of a hold."""
    if hold is None:
        return ""
    return "".join(
        "%s: %s\n" % (name, hold[name]) for name in ["patch", "reason", "until"]
        if hold.get(name) is not None)


def main():
    module = AnsibleModule(
        argument_spec={
            "patch": {"type": "str"},
            "reason": {"type": "str"},
            "until": {"type": "str"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "lock_timeout": {"type": "str", "default": "60s"},
            "executable": {"type": "path"},
        },
        required_if=[("state", "present", ("reason",))],
        supports_check_mode=True)
    params = module.params
    program = Program(module)
    code, document, errors = program.run("snapshot")
    if document is None or document["history"]["holds"] is None:
        module.fail_json(msg="the holds could not be read: " + program.end(code, errors), rc=code)
    holds = document["history"]["holds"]
    present = [one for one in holds if one.get("patch") == params["patch"]]
    before = present[0] if present else None
    after = None
    if params["state"] == "present":
        after = {"patch": params["patch"], "reason": params["reason"], "until": params["until"]}
    changed = lines(before) != lines(after)
    result = {
        "changed": changed, "holds": holds, "diff": {"before": lines(before), "after": lines(after)}}
    if not changed or module.check_mode:
        module.exit_json(**result)

    arguments = ["--lock-timeout", params["lock_timeout"]]
    if after is not None:
        arguments += ["--reason", params["reason"]]
        if params["until"] is not None:
            arguments += ["--until", params["until"]]
    if params["patch"] is not None:
        arguments += ["--", params["patch"]]
    code, document, errors = program.run("hold" if after is not None else "resume", *arguments)
    if code != 0 or document is None:
        module.fail_json(msg=program.end(code, errors), rc=code, stderr=errors)
    module.exit_json(**dict(result, holds=document["holds"], msg=document["msg"]))


if __name__ == "__main__":
    main()
