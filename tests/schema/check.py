"""check.py SEAWALL SCHEMA ROOT: whether the JSON Schema takes what the reader takes.

Every scenario of the project is valid by the schema; a key that nobody knows is refused in each of its
tables; and of the mistakes below each is refused by both, the schema and `seawall validate`.
"""

import copy
import json
import pathlib
import subprocess
import sys
import tempfile
import tomllib

import jsonschema

HEAD = """schema = 1
[scenario]
name = "broken"
[run]
duration = "30s"
[load]
rate = "10/s"
[[load.request]]
use = "place-order"
"""

# What is wrong, and what is behind HEAD.
MISTAKES = {
    "a key that is not there": '[target]\nmoode = "sim"\n',
    "a time without its unit": "[[load.request]]\nuse = 'read-order'\nabandon = { after = 50 }\n",
    "a time with a unit of nobody": '[saga]\nstuck_after = "3 weeks"\n',
    "a word that is none of the enum": '[target]\nmode = "simulated"\n',
    "a preset that is not there": '[policy]\npreset = "feild"\n',
    "an invariant that is not there": '[[invariant]]\nuse = ["no-double-charges"]\n',
    "a table that is a list": "[[target]]\n",
    "a list that is a table": '[fault]\ntype = "latency"\n',
    "a level that says nothing": '[[slo]]\nname = "x"\n',
    "a fault without a type": '[[fault]]\non = "order -> payment"\n',
    "a fault of no kind": '[[fault]]\ntype = "latencyy"\non = "order -> payment"\n',
    "a latency without one": '[[fault]]\ntype = "latency"\non = "order -> payment"\n',
    "a key of another kind": '[[fault]]\ntype = "refuse"\non = "order -> payment"\nlatency = "1s"\n',
    "a partition on a link": '[[fault]]\ntype = "partition"\non = "order -> payment"\n',
    "a crash with a length": '[[fault]]\ntype = "crash"\non = "payment"\nfor = "3s"\n',
    "more than all": '[target]\ndeclines = "101 percent"\n',
    "a number out of range": '[policy."order -> payment".retry]\nmax_attempts = 0\n',
    "a pattern that is not there": '[policy."order -> payment".retries]\nmax_attempts = 2\n',
    "a matrix without an axis of values": '[matrix.axes]\n"run.seed" = 1\n',
    "an ablation of nothing": '[ablation]\non = "order -> payment"\n',
    "a probe without a name": '[[probe]]\nhttp = "GET http://127.0.0.1/"\njson = "$.a"\n',
}

# What a file that extends another may leave out, or say by name.
OVERLAYS = [
    'schema = 1\nextends = "base.toml"\n',
    'schema = 1\nextends = "base.toml"\n[[fault]]\nname = "slow"\nfor = "3s"\n',
    'schema = 1\nextends = "base.toml"\n[[fault]]\nname = "slow"\ndisabled = true\n',
    'schema = 1\nextends = "base.toml"\n[fault.slow]\nlatency = "1s"\n',
]
BASE = HEAD + '[[fault]]\nname = "slow"\ntype = "latency"\non = "order -> payment"\nlatency = "9ms"\n'


def tables(value, path=()):
    """Every table of a document with its path, but for those whose keys are free."""
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield from tables(item, path + (i,))
    if not isinstance(value, dict):
        return
    words = [word for word in path if isinstance(word, str)]
    free = {"json", "headers", "header", "query", "form", "save", "env", "stock", "price", "axes", "set",
            "vary", "instances", "capacity", "variant"}
    if not words or words[-1] not in free:
        yield path
    for key, inner in value.items():
        if key not in ("json", "set", "axes", "vary", "form", "headers", "query"):
            yield from tables(inner, path + (key,))


def at(document, path):
    for word in path:
        document = document[word]
    return document


def main():
    seawall, schema_file, root = sys.argv[1:]
    schema = json.loads(pathlib.Path(schema_file).read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    wrong = []

    def says(name, document, is_valid):
        errors = sorted(validator.iter_errors(document), key=lambda error: list(map(str, error.path)))
        if bool(errors) == is_valid:
            why = f": {errors[0].json_path}: {errors[0].message[:300]}" if errors else ""
            wrong.append(f"{name}: expected {'valid' if is_valid else 'refused'}{why}")

    folders = ["scenarios", "targets/samples", "tests/scenario/files", "tests/matrix", "tests/tune", "tests/kills"]
    files = [file for folder in folders for file in sorted((pathlib.Path(root) / folder).rglob("*.toml"))
             if not {"node_modules", ".venv"} & set(file.parts)]
    if len(files) < 60:
        sys.exit(f"{len(files)} scenarios under {root}; expected all of them")
    spoilt = 0
    for file in files:
        document = tomllib.loads(file.read_text())
        says(str(file), document, True)
        for path in tables(document):
            broken = copy.deepcopy(document)
            at(broken, path)["nobody_knows_this"] = 1
            says(f"{file}: an unknown key in {path}", broken, False)
            spoilt += 1

    with tempfile.TemporaryDirectory() as folder:
        def reader_says(name, text, is_valid):
            file = pathlib.Path(folder) / "it.toml"
            file.write_text(text)
            ended = subprocess.run([seawall, "validate", file], capture_output=True, text=True)
            if ended.returncode != (0 if is_valid else 2):
                wrong.append(f"{name}: seawall validate ended with {ended.returncode}\n{ended.stderr}")

        (pathlib.Path(folder) / "base.toml").write_text(BASE)
        for name, text in {"what all mistakes stand in": HEAD, "the base": BASE}.items():
            says(name, tomllib.loads(text), True)
            reader_says(name, text, True)
        for name, text in MISTAKES.items():
            says(name, tomllib.loads(HEAD + text), False)
            reader_says(name, HEAD + text, False)
        for text in OVERLAYS:
            says(text, tomllib.loads(text), True)
            reader_says(text, text, True)
        says("no schema", {"scenario": {"name": "x"}}, False)

    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{len(files)} scenarios are valid, {spoilt} with an unknown key and {len(MISTAKES)} mistakes are refused")


main()
