"""Judges answers by an OpenAPI document, and the document by the standard.

Reads {"document": …, "answers": [{"of": [path, method], "status": 200, "media": "application/json", "headers": ["link"],
"body": …}]} and prints what is wrong, a line each.
"""

import json
import sys

import jsonschema_rs
from openapi_spec_validator import OpenAPIV31SpecValidator

# Headers that say something of their own, so whoever reads a document must learn of them there.
TELLING = {"link", "location", "retry-after"}

asked = json.load(sys.stdin)
document = asked["document"]
for error in OpenAPIV31SpecValidator(document).iter_errors():
    print(f"the document: {error.message}")
for answer in asked["answers"]:
    path, method = answer["of"]
    name = f"{method} {path} {answer['status']}"
    operation = document["paths"].get(path, {}).get(method.lower())
    if operation is None:
        print(f"{name}: not in the document")
        continue
    said = operation["responses"].get(str(answer["status"]))
    if said is None:
        print(f"{name}: the document has no such status")
        continue
    described = {header.lower() for header in said.get("headers", {})}
    for header in sorted(TELLING & set(answer["headers"]) - described):
        print(f"{name}: the document does not describe the header {header}")
    media = answer["media"].split(";")[0]
    if media not in said["content"]:
        print(f"{name}: the document has no {media}")
        continue
    schema = {"components": document["components"], **said["content"][media]["schema"]}
    judge = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    for error in judge.iter_errors(answer["body"]):
        print(f"{name}: {'/'.join(map(str, error.instance_path))}: {error.message}")
