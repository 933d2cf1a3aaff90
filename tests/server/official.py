"""The official definitions as a contract: every answer of every operation is tested by them as it comes."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import yaml
from jsonschema import Draft7Validator, FormatChecker

SPECIFICATIONS = Path(__file__).parents[3] / "shared" / "spec" / "openapi"
FILES = {
    ("shoppingCart", "v2"): "TMF663_v2.0.4.swagger.json",
    ("shoppingCart", "v4"): "TMF663_v4.0.0.swagger.json",
    ("shoppingCart", "v5"): "TMF663_v5.0.0.oas.yaml",
    ("accountManagement", "v2"): "TMF666_v2.1_R18_admin.swagger.json",
    ("accountManagement", "v4"): "TMF666_v4.0.0.swagger.json",
    ("productOrderingManagement", "v4"): "TMF622_v4.0.0.swagger.json",
    ("productCatalogManagement", "v4"): "TMF620_v4.1.0.swagger.json",
    ("party", "v4"): "TMF632_v4.0.0.swagger.json",
    ("payment", "v4"): "TMF676_v4.0.0.swagger.json",
}
UNDEFINED = {"appliedCustomerBillingRate"}
"""Resources that R17's abstract asks for and no official definition of the API has."""

_formats = FormatChecker(formats=())


@_formats.checks("date-time", raises=ValueError)
def _is_time(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@cache
def definitions(api: str, version: str) -> dict[str, Any]:
    """Return an API's official definitions."""
    text = (SPECIFICATIONS / FILES[api, version]).read_text("utf-8")
    whole = json.loads(text) if FILES[api, version].endswith("json") else yaml.load(text, Loader=yaml.CSafeLoader)
    found: dict[str, Any] = whole.get("definitions") or _discriminated(whole["components"]["schemas"])
    if version == "v2":
        found = _r18(found)
    return found


def _r18(found: dict[str, Any]) -> dict[str, Any]:
    """Return v2's definitions as the R18 document has them where the two differ: id OR href OR name, and texts in errors."""
    party = found.get("RelatedPartyRef")
    relaxed = {"RelatedPartyRef": {**party, "required": []}} if party and "href" in party.get("required", ()) else {}
    error = {
        "type": "object",
        "required": ["code", "reason"],
        "properties": {name: {"type": "string"} for name in ("code", "reason", "message")},
    }
    return {**found, **relaxed, "Error": error}


def _discriminated(schemas: dict[str, Any]) -> dict[str, Any]:
    """Return v5's schemas with every choice made by its discriminator, which JSON Schema alone does not know."""
    return {name: _chosen(schema) if "oneOf" in schema and "discriminator" in schema else schema for name, schema in schemas.items()}


def _chosen(schema: dict[str, Any]) -> dict[str, Any]:
    mapping = schema["discriminator"]["mapping"]
    tests = [{"if": {"properties": {"@type": {"const": kind}}}, "then": {"$ref": place}} for kind, place in mapping.items()]
    return {"type": "object", "required": ["@type"], "allOf": tests}


@cache
def _validator(api: str, version: str, name: str) -> Draft7Validator:
    found = definitions(api, version)
    place = "#/components/schemas/" if version == "v5" else "#/definitions/"
    return Draft7Validator({"$ref": place + name, "definitions": found, "components": {"schemas": found}}, format_checker=_formats)


def faults(api: str, version: str, name: str, document: Any) -> list[str]:
    """Return what in a document is not as the official definition has it."""
    found = sorted(_validator(api, version, name).iter_errors(document), key=lambda error: list(map(str, error.absolute_path)))
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in found]


async def check_answer(response: httpx.Response) -> None:
    """Test one answer of the server's; fields that were chosen are not tested for those that were not."""
    await response.aread()
    if not response.content or not SPECIFICATIONS.is_dir():
        return
    parts = [part for part in urlsplit(str(response.request.url)).path.split("/") if part]
    if len(parts) < 4 or parts[0] != "tmf-api" or (parts[1], parts[2]) not in FILES:
        return
    api, version, resource = parts[1:4]
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    if response.status_code >= 400:
        assert faults(api, version, "Error", body) == []
        assert body["status"] == str(response.status_code)
    elif resource not in UNDEFINED and resource != "hub" and "fields" not in response.request.url.params:
        name = resource[:1].upper() + resource[1:]
        for each in body if isinstance(body, list) else [body]:
            found = faults(api, version, name, each)
            assert not found, f"{response.request.method} {response.request.url}: {found}"
