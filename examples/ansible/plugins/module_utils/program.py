# Copyright: the klpolicy authors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs klpolicy and reads what it says."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import json

PLACES = ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin"]

# What the exit codes mean beyond those after which a document says more.
ENDS = {
    1: "an error before any change",
    8: "the saved plan is stale",
    64: "klpolicy did not understand how it was called",
    65: "the policies are not valid",
    75: "another run holds the lock",
    77: "not allowed: klpolicy acts as root only (become: true)",
    130: "interrupted before any change",
    143: "interrupted before any change",
}


class Program(object):
    """The klpolicy of a host."""

    def __init__(self, module, required=True):
        self.module = module
        self.path = module.params.get("executable") or module.get_bin_path(
            "klpolicy", opt_dirs=PLACES, required=required)

    def run(self, command, *arguments):
        """Run a command. Returns its exit code, its document (None if it wrote none), and what it
        said besides."""
        argv = [self.path, command, "--output", "json", "--color", "never"] + list(arguments)
        code, output, errors = self.module.run_command(argv)
        document = None
        if output.strip():
            try:
                document = json.loads(output)
            except ValueError:
                self.module.fail_json(
                    msg="klpolicy wrote something that is no JSON", rc=code, stdout=output,
                    stderr=errors, cmd=argv)
        return code, document, errors.strip()

    def end(self, code, errors):
        """A sentence on a run that wrote no document."""
        meaning = ENDS.get(code, "klpolicy ended with %d" % code)
        return "%s: %s" % (meaning, errors) if errors else meaning


def withheld(entries):
    """What waits or is blocked, in a sentence each."""
    return "; ".join(
        "%s: %s (%s)" % (
            entry.get("patch") or entry.get("module") or "the host", entry["message"],
            entry["reason"])
        for entry in entries)
