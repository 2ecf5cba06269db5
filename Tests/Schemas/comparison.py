"""Compares verdicts: run by `check`, with the Python that has the validator."""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from check_jsonschema.parsers.yaml import construct_yaml_implementation
from jsonschema import Draft202012Validator

import validator
from beyond import BEYOND
from mutations import derived
from samples import sample
from writing import has_plain, yaml

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
CORPUS = HERE / "corpus"
# How many documents are derived for a kind, of each sort: as many as half a minute has room for.
LIMIT = 250
# How many problems are shown.
SHOWN = 40
# klpolicy itself reads these kinds by another command than `validate`.
SNAPSHOT = "HostSnapshot"

problems = []


def is_valid(schema, value):
    return Draft202012Validator(schema).is_valid(value)


def load(path):
    if path.suffix == ".json":
        return json.loads(path.read_text())
    return construct_yaml_implementation().load(path.read_text())


def schemas():
    """Each kind with the file of its schema, and the schema."""
    found = {}
    for path in sorted((REPOSITORY / "schemas").glob("*.schema.json")):
        schema = json.loads(path.read_text())
        found[schema["title"]] = (path, schema)
    return found


def check_schemas(known):
    """Each is a schema by the metaschema, and its examples and defaults are what it allows."""
    for path, told in validator.unsound([path for path, _ in known.values()]).items():
        problems.append(f"{path.name} is no JSON Schema: {'; '.join(told)}")
    count = 0

    def walk(part, at):
        nonlocal count
        if isinstance(part, list):
            for index, inner in enumerate(part):
                walk(inner, f"{at}/{index}")
        if not isinstance(part, dict):
            return
        values = part.get("examples", []) if isinstance(part.get("examples"), list) else []
        if "type" in part and "default" in part:
            values = [*values, part["default"]]
        for value in values:
            count += 1
            if not is_valid(part, value):
                problems.append(f"{at}: the example or default {value!r} is not allowed")
        for key, inner in part.items():
            walk(inner, f"{at}/{key}")

    for kind, (_, schema) in known.items():
        walk(schema, kind)
    return count


class Program:
    """klpolicy's verdict on documents of one kind."""

    def __init__(self, binary, kind, scratch):
        self.binary, self.kind = binary, kind
        self.policy = Path(scratch) / "policy.yaml"
        self.policy.write_text(
            "apiVersion: klpolicy/v1\nkind: Policy\nmetadata: {name: none}\nspec: {}\n")

    def codes(self, path):
        """The codes of its errors; none for a document that it takes."""
        if self.kind == SNAPSHOT:
            arguments = ["plan", str(self.policy), "--host", str(path), "-o", "json"]
        else:
            arguments = ["validate", "-o", "json", str(path)]
        done = subprocess.run(
            [self.binary, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode == 0 or (self.kind == SNAPSHOT and done.returncode == 5):
            return []
        if done.returncode != 65:
            raise SystemExit(
                f"{' '.join(arguments)}: status {done.returncode}\n{done.stdout}{done.stderr}")
        if self.kind == SNAPSHOT:
            codes = re.findall(r"^(?:\S.*?: )?error: .* \[([a-z-]+)\]$", done.stderr, re.M)
        else:
            codes = [
                found["code"] for found in json.loads(done.stdout)["diagnostics"]
                if found["severity"] == "error"]
        if not codes:
            raise SystemExit(f"{path} is refused, and nothing says why:\n{done.stderr}")
        return codes


def documents(kind, schema, written, folder):
    """Derives documents into a folder. Returns each file with what was done."""
    choice = random.Random(kind)
    suffix = ".json" if kind == SNAPSHOT else ".yaml"
    derivations = []
    for source in sorted(written, key=str):
        document = load(source)
        name = source.relative_to(REPOSITORY)
        for what, other in derived(schema, document, choice, is_valid, suffix == ".yaml"):
            derivations.append((f"{name} with {what}", other))
    choice.shuffle(derivations)
    plain = [one for one in derivations if has_plain(one[1])]
    other = [one for one in derivations if not has_plain(one[1])]
    made = plain[:LIMIT] + other[:LIMIT]
    for _ in range(LIMIT // 4):
        made.append(("made from the schema", sample(schema, choice, is_valid)))
    files = {}
    for index, (what, document) in enumerate(made):
        path = folder / f"{index:04}{suffix}"
        if suffix == ".json":
            path.write_text(json.dumps(document, indent=1))
        else:
            path.write_text(yaml(document, choice).lstrip("\n") + "\n")
        files[path] = what
    return files


def excuse(codes, path):
    """The rules beyond a schema that explain every code; None if one is not explained."""
    text = path.read_text()
    try:
        document = load(path)
    except Exception:
        return None
    rules = []
    for code in codes:
        rule = next(
            (rule for rule in BEYOND if rule.code == code and rule.breaks(document, text)), None)
        if rule is None:
            return None
        rules.append(rule)
    return rules


def compare(binary, kind, known, scratch, used):
    """Compares the verdicts on all documents of a kind that is read."""
    path, schema = known[kind]
    corpus = CORPUS / kind
    hand = {file: str(file.relative_to(CORPUS)) for file in corpus.glob("*/*") if file.is_file()}
    sources = [file for file in hand if file.parent.name == "valid"]
    if kind == SNAPSHOT:
        sources += [
            file for file in sorted(REPOSITORY.glob("Tests/KlpolicyTests/Golden/*/snapshot.json"))
        ][:3]
    folder = Path(scratch) / kind
    folder.mkdir()
    copies = {}
    # Copies, because klpolicy run by root refuses files that others may write.
    for file, name in hand.items():
        copy = folder / f"{file.parent.name}-{file.name}"
        copy.write_bytes(file.read_bytes())
        copies[copy] = name
    files = copies | documents(kind, schema, sources, folder)
    for file in files:
        file.chmod(0o644)
    program = Program(binary, kind, scratch)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        codes = dict(zip(files, pool.map(program.codes, files)))
    refused = validator.refused(path, files)
    counts = Counter()
    for file, what in files.items():
        by_schema, by_program = refused.get(file), codes[file]
        verdict = "valid" if not by_schema and not by_program else "invalid"
        if by_schema and not by_program:
            problems.append(
                f"{kind}/{file.name}, {what}: klpolicy takes it, the schema does not: {'; '.join(by_schema)}")
        elif by_program and not by_schema:
            rules = excuse(by_program, file)
            if rules is None:
                problems.append(
                    f"{kind}/{file.name}, {what}: the schema takes it, klpolicy does not: "
                    f"{' '.join(by_program)}")
            else:
                used.update(rule.code for rule in rules)
                verdict = "beyond"
        due = what.split("/")[1] if file in copies else verdict
        if due != verdict:
            problems.append(f"{what} is {verdict}, and lies among those that are {due}")
        counts[verdict] += 1
    for verdict in ("valid", "invalid"):
        if not counts[verdict]:
            problems.append(f"no document of kind {kind} is {verdict}")
    return counts


def printed(binary, scratch):
    """Documents that klpolicy prints or printed: those of the tests, and some made now."""
    folder = Path(scratch) / "printed"
    folder.mkdir()
    for file in sorted(REPOSITORY.glob("Tests/**/*.json")):
        try:
            document = json.loads(file.read_text())
        except ValueError:
            continue
        if isinstance(document, dict) and document.get("apiVersion"):
            name = file.relative_to(REPOSITORY)
            copy = folder / "-".join(name.parts)
            # What differs each time is written so where the plans of the tests are kept.
            copy.write_text(file.read_text().replace('"at": "..."', '"at": "2026-11-01T00:00:00Z"'))
            yield document.get("kind"), copy, str(name)
    snapshot = REPOSITORY / "Tests/KlpolicyTests/Golden/converged/snapshot.json"
    policy = folder / "policy.yaml"
    policy.write_text(next((CORPUS / "Policy/valid").glob("*.yaml")).read_text())
    policies = folder / "policies"
    policies.mkdir(mode=0o755)
    for file in REPOSITORY.glob("policies/*.yaml"):
        copy = policies / file.name
        copy.write_text(file.read_text())
        copy.chmod(0o644)
    wrong = folder / "wrong.yaml"
    wrong.write_text("apiVersion: klpolicy/v1\nkind: Policy\nspec: []\n")
    for index, arguments in enumerate((
            ["validate", policy], ["validate", wrong], ["plan", policy, "--host", snapshot],
            ["windows", policies / "business-calendar.yaml"],
            ["test", policies / "debian-fleet.yaml", policies / "debian-fleet.test.yaml"],
            ["status"], ["snapshot"])):
        done = subprocess.run(
            [binary, *map(str, arguments), "-o", "json"], stdin=subprocess.DEVNULL,
            capture_output=True)
        file = folder / f"{index}.json"
        file.write_bytes(done.stdout)
        yield json.loads(done.stdout)["kind"], file, f"the output of {arguments[0]}"
    summary = folder / "fleet.json"
    subprocess.run(
        [binary, "fleet", "plan", policy, "--summary", summary],
        input=json.dumps(json.loads(snapshot.read_text())) + "\nno snapshot\n", text=True,
        capture_output=True)
    yield json.loads(summary.read_text())["kind"], summary, "the summary of fleet plan"


def check_printed(binary, known, scratch):
    by_kind = {}
    for kind, file, what in printed(binary, scratch):
        if kind not in known:
            problems.append(f"{what}: the kind {kind} has no schema")
        else:
            by_kind.setdefault(kind, {})[file] = what
    for kind, files in by_kind.items():
        for file, told in validator.refused(known[kind][0], files).items():
            problems.append(f"{files[file]} is no {kind} by its schema: {'; '.join(told)}")
    return {kind: len(files) for kind, files in by_kind.items()}


def main():
    options = argparse.ArgumentParser(prog="Tests/Schemas/check")
    options.add_argument("binary", help="klpolicy")
    options.add_argument("--keep", metavar="FOLDER", help="where the documents are left")
    options = options.parse_args()
    binary = shutil.which(options.binary)
    if not binary:
        raise SystemExit(f"there is no {options.binary} that can be run")
    binary = str(Path(binary).resolve())
    known = schemas()
    used = Counter()
    with tempfile.TemporaryDirectory() as scratch:
        examples = check_schemas(known)
        read = sorted(folder.name for folder in CORPUS.iterdir())
        for kind in read:
            if kind not in known:
                problems.append(f"corpus/{kind} has documents, and the kind has no schema")
                continue
            counts = compare(binary, kind, known, scratch, used)
            print(
                f"{kind}: {counts.total()} documents judged twice, {counts['valid']} valid, "
                f"{counts['invalid']} invalid, {counts['beyond']} beyond a schema")
        outputs = check_printed(binary, known, scratch)
        if options.keep:
            shutil.copytree(scratch, options.keep, dirs_exist_ok=True)
    # A host reads its own configuration: no command is given one.
    for kind in known.keys() - outputs.keys() - set(read) - {"Config"}:
        problems.append(f"no document of kind {kind} is held against its schema")
    for rule in BEYOND:
        if not used[rule.code]:
            problems.append(f"beyond.py excuses {rule.code}, and no document needs it")
    for problem in problems[:SHOWN]:
        print(problem)
    if len(problems) > SHOWN:
        print(f"and {len(problems) - SHOWN} more")
    if problems and not options.keep:
        print("the documents are left in a folder with --keep")
    if not problems:
        counted = ", ".join(f"{count} {kind}" for kind, count in sorted(outputs.items()))
        print(f"schemas: printed documents that satisfy theirs: {counted}; {examples} examples and "
              "defaults; beyond a schema: "
              + ", ".join(f"{code} {count}" for code, count in sorted(used.items())))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
