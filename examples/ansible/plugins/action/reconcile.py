# Copyright: the klpolicy authors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sends the folder of policies that a task names to the host, in check mode too: the plan is of them."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import tarfile
import tempfile

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase


def archive(folder, target):
    """Pack files and folders, the same bytes for the same content."""

    def kept(member):
        if os.path.basename(member.name) == ".git":
            return None
        if member.issym() or member.islnk():
            raise AnsibleError("src: %s is a link; policies are files and folders" % member.name)
        member.uid = member.gid = member.mtime = 0
        member.uname = member.gname = "root"
        return member

    with tarfile.open(target, "w") as tar:
        for name in sorted(os.listdir(folder)):
            tar.add(os.path.join(folder, name), arcname=name, filter=kept)


class ActionModule(ActionBase):
    """Runs the module of the same name."""

    _requires_connection = True

    def run(self, tmp=None, task_vars=None):
        result = super(ActionModule, self).run(tmp, task_vars)
        arguments = dict(self._task.args)
        source = arguments.get("src")
        packed = None
        try:
            if source:
                folder = self._find_needle("files", source)
                if not os.path.isdir(folder):
                    raise AnsibleError("src: %s is no folder" % folder)
                handle, packed = tempfile.mkstemp(suffix=".tar")
                os.close(handle)
                archive(folder, packed)
                self._make_tmp_path()
                remote = self._connection._shell.join_path(
                    self._connection._shell.tmpdir, "policies.tar")
                self._transfer_file(packed, remote)
                self._fixup_perms2((self._connection._shell.tmpdir, remote))
                arguments["src"] = remote
            result.update(self._execute_module(module_args=arguments, task_vars=task_vars))
        finally:
            if packed is not None:
                os.unlink(packed)
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return result
