#!/usr/bin/python3
"""tests/acceptance/environment_schema.py SCHEMA FILE... - does each file hold by the schema; and does it notice what is wrong?

Prints `ok - ...` or `not ok - ...: why` for the schema itself, each file, and each way to spoil the first one.
"""
import copy
import json
import sys

import jsonschema
import yaml

MISTAKES = [
    ("a misspelt field", lambda e: e.update(organisation=e.pop("organization"))),
    ("a password in the file", lambda e: e["frontEnvoy"].update(password="x")),
    ("one plane only", lambda e: e["planes"].popitem()),
    ("no database", lambda e: next(iter(e["planes"].values())).update(postgres=[])),
    ("a database by name", lambda e: next(iter(e["planes"].values()))["postgres"][0].update(address="db.example.com")),
    ("a duration without unit", lambda e: e.update(policies={"fence": 5})),
    ("a size that is none", lambda e: e.update(policies={"replicationLagMax": "much"})),
    ("port zero", lambda e: e["frontEnvoy"].update(port=0)),
    ("a certificate without its key", lambda e: e["postgres"].pop("clientKeyFile")),
    ("no key for updates", lambda e: e["dns"].pop("keyFile")),
    ("a key for a hook", lambda e: e["dns"].update(provider="hook", hook={"command": ["x"]})),
    ("a provider nobody knows", lambda e: e["dns"].update(provider="pigeon")),
]


def say(name, why=None):
    print(f"ok - {name}" if why is None else f"not ok - {name}: {why}")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    files = []
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as file:
            files.append(yaml.safe_load(file))
        error = jsonschema.exceptions.best_match(validator.iter_errors(files[-1]))
        say(f"{path.rsplit('/', 1)[-1]} holds", error and error.message)
    for name, spoil in MISTAKES:
        spoilt = copy.deepcopy(files[0])
        spoil(spoilt)
        say(f"the schema refuses {name}", "it does not" if validator.is_valid(spoilt) else None)


main()
