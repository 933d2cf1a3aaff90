"""The OpenAPI file of one API's version, made from the same table and shapes that the server follows.

``cartdesk serve --openapi`` prints it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cartdesk.server.filters import OPERATORS
from cartdesk.server.seams import ADMIN, Limits
from cartdesk.server.shapes import Shapes, schema_of, shapes_of
from cartdesk.server.table import APIS, RESOURCES, Operation, ResourceType

_SCHEMAS = "#/components/schemas/"
_JSON = "application/json"
_BODIES = {"create": (_JSON,), "patch": ("application/merge-patch+json", _JSON)}
_TITLES = {
    "shoppingCart": "Shopping Cart (TMF663)",
    "accountManagement": "Account Management (TMF666)",
    "productOrderingManagement": "Product Ordering (TMF622)",
    "productCatalogManagement": "Product Catalog (TMF620)",
    "party": "Party (TMF632)",
    "payment": "Payment (TMF676)",
}
_REFUSALS = {
    "400": "The request cannot be used; the reason names the attribute.",
    "401": "No token, or none that is known.",
    "403": "The token may not do this.",
    "404": "There is no such resource for the caller.",
    "405": "Not done with this resource; `Allow` says what is.",
    "408": "The body took too long.",
    "409": "It is there already, or does not allow this any more.",
    "412": "`If-Match` names another revision.",
    "413": "The body is too big.",
    "415": "The body is of another media type.",
    "416": "`offset` starts past the end.",
    "422": "The `Idempotency-Key` was used with another body.",
    "429": "Too many requests; `Retry-After` says when to ask again.",
    "503": "The database cannot be reached, or too many change the same.",
}
_ALWAYS = ("400", "401", "403", "404", "405", "429", "503")
_ALSO: Mapping[Operation, tuple[str, ...]] = {
    "list": ("416",),
    "retrieve": (),
    "create": ("408", "409", "413", "415", "422"),
    "patch": ("408", "409", "412", "413", "415"),
    "delete": ("412",),
}
_VERBS: Mapping[Operation, str] = {"list": "List", "retrieve": "Retrieve", "create": "Create", "patch": "Change", "delete": "Delete"}


def openapi_document(api: str, version: str, *, public_url: str = "", limits: Limits | None = None) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of one API's version, as JSON values.

    Args:
        api: the API's name in paths, ``shoppingCart``.
        version: ``v2``, ``v4`` or ``v5``.
        public_url: where the server is reached; empty for paths alone.
        limits: the server's bounds; the default ones where None.

    Raises:
        KeyError: there is no such API or version.
    """
    if version not in APIS[api]:
        raise KeyError(version)
    bounds = limits or Limits()
    rows = [row for row in RESOURCES.values() if row.api == api and version in row.faces]
    paths: dict[str, Any] = {}
    for row in rows:
        paths |= _paths(row, version, bounds)
    if any("create" in row.operations for row in rows):
        paths |= _hub_paths()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _TITLES[api],
            "version": version,
            "description": "Open resources: members that are not named here are kept and given back. Filters: any attribute by its dotted "
            f"path, through lists; operators {', '.join(sorted(OPERATORS))} as a last step; a comma is OR.",
        },
        "servers": [{"url": f"{public_url}/tmf-api/{api}/{version}"}],
        "security": [{"bearer": []}, {}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(rows, shapes_of(api, version), version),
        },
    }


def _paths(row: ResourceType, version: str, limits: Limits) -> dict[str, Any]:
    shapes = shapes_of(row.api, version)
    collection = {_method(operation): _operation(row, version, operation, shapes, limits) for operation in _in(row, "list", "create")}
    one = {_method(operation): _operation(row, version, operation, shapes, limits) for operation in _in(row, "retrieve", "patch", "delete")}
    place = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1, "maxLength": 200}}
    return {f"/{row.name}": collection, f"/{row.name}/{{id}}": {"parameters": [place], **one}}


def _in(row: ResourceType, *operations: Operation) -> Iterable[Operation]:
    return [operation for operation in operations if operation in row.operations]


def _method(operation: Operation) -> str:
    return {"list": "get", "retrieve": "get", "create": "post", "patch": "patch", "delete": "delete"}[operation]


def _operation(row: ResourceType, version: str, operation: Operation, shapes: Shapes, limits: Limits) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": f"{operation}{row.type_name}",
        "summary": f"{_VERBS[operation]} {row.type_name}",
        "tags": [row.name],
        "parameters": _parameters(row, operation, shapes, limits),
        "responses": _answers(row, operation) | {status: _refusal(status) for status in (*_ALWAYS, *_ALSO[operation])},
        "x-scope": row.scope_of(operation),
    }
    if row.scope_of(operation) == ADMIN:
        described["description"] = "For admins."
    if operation in _BODIES:
        schema = {"$ref": f"{_SCHEMAS}{row.type_name}_{'Create' if operation == 'create' else 'Update'}"}
        content: dict[str, Any] = {kind: {"schema": schema} for kind in _BODIES[operation]}
        if operation == "patch":
            content["application/json-patch+json"] = {"schema": {"$ref": f"{_SCHEMAS}JsonPatch"}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _parameters(row: ResourceType, operation: Operation, shapes: Shapes, limits: Limits) -> list[dict[str, Any]]:
    match operation:
        case "list":
            number = {"type": "integer", "minimum": 0, "maximum": 999_999_999_999}
            shape = shapes[row.type_name]
            simple = [member for member in shape.members.values() if member.kind == "string" and not member.many and not member.choices]
            return [
                _query("fields", {"type": "string", "enum": ["none", *shape.members]}, "First-level attributes, with commas between them."),
                _query("offset", number, "How many to pass over."),
                _query("limit", number, f"How many to answer; {limits.page} at most."),
                _query("sort", {"type": "string", "enum": [sign + name for name in ("id", "@type") for sign in ("", "-")]}, "`-a,+b`"),
                *(_query(member.name, {"type": "string", "maxLength": 1000}, f"Filter by {member.name}.") for member in simple),
            ]
        case "retrieve":
            names = ["none", *shapes[row.type_name].members]
            return [_query("fields", {"type": "string", "enum": names}, "First-level attributes."), _header("If-None-Match", "An ETag.")]
        case "create":
            return [_header("Idempotency-Key", "The same key with the same body is answered the same.", "^[\\x21-\\x7e]{1,255}$")]
    return [_header("If-Match", "Make the change on this revision only.")]


def _query(name: str, schema: dict[str, Any], said: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": said}


def _header(name: str, said: str, pattern: str = "^[\\x20-\\x7e]*$") -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "schema": {"type": "string", "pattern": pattern}, "description": said}


def _answers(row: ResourceType, operation: Operation) -> dict[str, Any]:
    schema: dict[str, Any] = {"$ref": _SCHEMAS + row.type_name}
    tag = {"ETag": {"schema": {"type": "string"}}}
    match operation:
        case "list":
            counts = {name: {"schema": {"type": "integer"}} for name in ("X-Total-Count", "X-Result-Count")}
            links = {name: {"schema": {"type": "string"}} for name in ("Link", "Content-Range")}
            content = {_JSON: {"schema": {"type": "array", "items": schema}}}
            return {
                "200": {"description": "All that fit.", "headers": counts, "content": content},
                "206": {"description": "A page of them.", "headers": counts | links, "content": content},
            }
        case "create":
            headers = tag | {"Location": {"schema": {"type": "string"}}}
            return {"201": {"description": "It is made.", "headers": headers, "content": {_JSON: {"schema": schema}}}}
        case "delete":
            return {"204": {"description": "It is gone."}}
        case "retrieve":
            found = {"description": "It is here.", "headers": tag, "content": {_JSON: {"schema": schema}}}
            return {"200": found, "304": {"description": "It is as the `If-None-Match` has it.", "headers": tag}}
    return {"200": {"description": "It is changed.", "headers": tag, "content": {_JSON: {"schema": schema}}}}


def _refusal(status: str) -> dict[str, Any]:
    return {"description": _REFUSALS[status], "content": {_JSON: {"schema": {"$ref": f"{_SCHEMAS}Error"}}}}


def _hub_paths() -> dict[str, Any]:
    register = {
        "operationId": "registerListener",
        "summary": "Register a listener",
        "tags": ["hub"],
        "requestBody": {"required": True, "content": {_JSON: {"schema": {"$ref": f"{_SCHEMAS}EventSubscriptionInput"}}}},
        "responses": {
            "201": {
                "description": "It is told from now on.",
                "headers": {"Location": {"schema": {"type": "string"}}},
                "content": {_JSON: {"schema": {"$ref": f"{_SCHEMAS}EventSubscription"}}},
            },
            **{status: _refusal(status) for status in (*_ALWAYS, "408", "409", "413", "415")},
        },
    }
    place = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1, "maxLength": 200}}
    unregister = {
        "operationId": "unregisterListener",
        "summary": "Unregister a listener",
        "tags": ["hub"],
        "responses": {"204": {"description": "It is told no more."}, **{status: _refusal(status) for status in _ALWAYS}},
    }
    return {"/hub": {"post": register}, "/hub/{id}": {"parameters": [place], "delete": unregister}}


def _schemas(rows: list[ResourceType], shapes: Shapes, version: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in rows:
        found |= schema_of(shapes, row.type_name, _SCHEMAS)
    sent = _as_sent(found)
    for row in rows:
        whole = sent[row.type_name]
        mandatory = list(row.faces[version].mandatory)
        sent_members = _without(whole["properties"], (*row.given, "id", "href"))
        found[f"{row.type_name}_Create"] = {"type": "object", "properties": sent_members} | ({"required": mandatory} if mandatory else {})
        refused = dict.fromkeys(row.fixed, False)
        found[f"{row.type_name}_Update"] = {"type": "object", "properties": _without(whole["properties"], row.fixed) | refused}
    found |= {f"{name}_Sent": schema for name, schema in sent.items()}
    return found | _COMMON | {"Error": _error(version)}


def _as_sent(schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Return definitions as a client may send them: with references among themselves, and without what is filled in for it."""
    return {name: _sent(schema) for name, schema in schemas.items()}


def _sent(value: Any) -> Any:
    if isinstance(value, list):
        return [_sent(each) for each in value]
    if not isinstance(value, dict):
        return value
    changed = {name: _sent(each) for name, each in value.items()}
    if isinstance(changed.get("$ref"), str):
        changed["$ref"] += "_Sent"
    if isinstance(changed.get("required"), list):
        changed["required"] = [name for name in changed["required"] if name not in ("@type", "@referredType", "isRef")]
    return changed


def _without(members: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    left_out = set(names)
    return {name: schema for name, schema in members.items() if name not in left_out}


def _error(version: str) -> dict[str, Any]:
    names = ("code", "reason", "message", "status", "referenceError")
    required = ["code", "reason", *(["@type"] if version == "v5" else [])]
    return {"type": "object", "required": required, "properties": {name: {"type": "string"} for name in (*names, "@type")}}


_COMMON: dict[str, Any] = {
    "JsonPatch": {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["op", "path"],
            "properties": {
                "op": {"type": "string", "enum": ["add", "remove", "replace", "move", "copy", "test"]},
                "path": {"type": "string"},
                "from": {"type": "string"},
                "value": {},
            },
        },
    },
    "EventSubscriptionInput": {
        "type": "object",
        "required": ["callback"],
        "properties": {"callback": {"type": "string"}, "query": {"type": ["string", "null"]}},
    },
    "EventSubscription": {
        "type": "object",
        "required": ["id", "callback"],
        "properties": {"id": {"type": "string"}, "callback": {"type": "string"}, "query": {"type": ["string", "null"]}},
    },
}
