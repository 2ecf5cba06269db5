#!/usr/bin/python
# Copyright: the klpolicy authors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tells the live state of a host's patches."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: status_info
short_description: Tell what live patches a host has, and whether that is what policies want
version_added: "0.1.0"
description:
  - Runs C(klpolicy status), which changes nothing.
options:
  policies:
    description: Policy files, or folders of them, on the host, to hold it against.
    type: list
    elements: path
    default: [/etc/klpolicy/policies.d]
  executable:
    description: The path of klpolicy, where it is in none of the usual places.
    type: path
attributes:
  check_mode:
    description: Nothing is changed in any mode.
    support: full
  diff_mode:
    description: There is no difference.
    support: none
seealso:
  - module: klpolicy.livepatch.reconcile
author:
  - The klpolicy authors (@klpolicy)
"""

EXAMPLES = r"""
- name: Look at the live patches
  klpolicy.livepatch.status_info:
  become: true
  register: livepatch

- name: Insist that the host is as its policies want it
  ansible.builtin.assert:
    that: livepatch.conditions.Converged.status == "True"
    fail_msg: "{{ livepatch.conditions.Converged.message }}"
"""

RETURN = r"""
conditions:
  description: The conditions of the host by their types, as C(Converged), C(Held) or C(RebootAdvised).
  returned: success
  type: dict
status:
  description: The whole status (C(klpolicy schema Status)).
  returned: success
  type: dict
"""

import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.klpolicy.livepatch.plugins.module_utils.program import Program


def main():
    module = AnsibleModule(
        argument_spec={
            "policies": {
                "type": "list", "elements": "path", "default": ["/etc/klpolicy/policies.d"]},
            "executable": {"type": "path"},
        },
        supports_check_mode=True)
    program = Program(module)
    paths = [os.path.abspath(path) for path in module.params["policies"]]
    code, document, errors = program.run("status", *paths)
    if document is None:
        module.fail_json(msg=program.end(code, errors), rc=code, stderr=errors)
    module.exit_json(
        changed=False, status=document, rc=code,
        conditions=dict((one["type"], one) for one in document["conditions"]))


if __name__ == "__main__":
    main()
