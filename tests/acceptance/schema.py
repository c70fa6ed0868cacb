#!/usr/bin/python3
"""tests/acceptance/schema.py SCHEMA FILE... - does each file hold by the schema; and does it notice what is wrong?

Prints `ok - ...` or `not ok - ...: why` for each file that does not, and each way to spoil the first one.
"""
import copy
import json
import re
import sys

import jsonschema
import yaml



class Yaml12(yaml.SafeLoader):
    """Only true and false are booleans, and no text is a date: the core schema of YAML 1.2."""


Yaml12.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rows if not tag.endswith((":bool", ":timestamp", ":int", ":float"))]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Yaml12.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))
Yaml12.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^[-+]?[0-9]+$"), list("-+0123456789"))
Yaml12.add_implicit_resolver("tag:yaml.org,2002:float", re.compile("^[-+]?[0-9]+[.][0-9]+$"), list("-+0123456789"))

MISTAKES_OF = {}
MISTAKES_OF["Environment"] = [
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
MISTAKES_OF["Scenario"] = [
    ("a misspelt parameter", lambda s: s.update(world={"controlPlains": 3})),
    ("a parameter of another type", lambda s: s.update(world={"dns": {"records": "mx"}})),
    ("a fault nobody knows", lambda s: s.update(faults=[{"inject": {"breakAll": {}}}])),
    ("two faults in one", lambda s: s.update(faults=[{"inject": {"pauseReplay": {}, "linkCut": {}}}])),
    ("a procedure nobody knows", lambda s: s["run"].update(procedure="pray")),
    ("an outcome nobody knows", lambda s: s["expect"].update(outcome="fine")),
    ("no story", lambda s: s.pop("story")),
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
            files.append(yaml.load(file, Yaml12))
        error = jsonschema.exceptions.best_match(validator.iter_errors(files[-1]))
        if error:
            say(f"{path} holds", error.message)
    say(f"{len(files)} files were held against {sys.argv[1]}")
    for name, spoil in MISTAKES_OF[files[0]["kind"]]:
        spoilt = copy.deepcopy(files[0])
        spoil(spoilt)
        say(f"the schema refuses {name}", "it does not" if validator.is_valid(spoilt) else None)


main()
