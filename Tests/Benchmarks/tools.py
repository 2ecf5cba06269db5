"""Programs of others that klpolicy is held against: found, or made from PyPI as the tests do it."""

import shutil
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
for folder in ("Lab", "Schemas"):
    sys.path.insert(0, str(TESTS / folder))

import ansible
import validator
from cache import LabError
from turns import Missing


def check_jsonschema():
    try:
        return [validator.python(), "-m", "check_jsonschema"]
    except LabError as error:
        raise Missing(f"not there: {error}") from None


def ansible_tool(name):
    """A program of Ansible or of ansible-lint, whose requirements have yamllint too."""
    try:
        return [ansible.tools() / name]
    except LabError as error:
        raise Missing(f"not there: {error}") from None


def yamllint():
    return ansible_tool("yamllint")


def ansible_playbook():
    return ansible_tool("ansible-playbook")


def puppet():
    found = shutil.which("puppet")
    if found is None:
        raise Missing("not there: apt-get install puppet-agent")
    return [found]
