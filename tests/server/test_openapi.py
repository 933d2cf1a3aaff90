"""Our own OpenAPI files, and what schemathesis makes of them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

import pytest
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator

from cartdesk.server.app import make_app
from cartdesk.server.database import Database, metadata
from cartdesk.server.openapi import openapi_document
from cartdesk.server.seams import ServerConfig
from cartdesk.server.table import APIS, RESOURCES

from .asking import catalog

FACES = [(api, version) for api, versions in APIS.items() for version in versions]


@pytest.mark.parametrize(("api", "version"), FACES)
def test_each_document_says_what_the_table_says(api: str, version: str) -> None:
    document = openapi_document(api, version)
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        Draft202012Validator.check_schema(schema)
        assert _references(schema) <= set(schemas), name
    assert _references(document["paths"]) <= set(schemas)
    for row in RESOURCES.values():
        if row.api == api and version in row.faces:
            methods = {*document["paths"][f"/{row.name}"], *document["paths"][f"/{row.name}/{{id}}"]} - {"parameters"}
            wanted = {"list": "get", "retrieve": "get", "create": "post", "patch": "patch", "delete": "delete"}
            assert methods == {wanted[operation] for operation in row.operations}
            assert set(schemas[f"{row.type_name}_Create"].get("required", ())) == set(row.faces[version].mandatory)
            assert all(schemas[f"{row.type_name}_Update"]["properties"][name] is False for name in row.fixed)


def test_there_is_no_document_of_what_is_not_served() -> None:
    with pytest.raises(KeyError):
        openapi_document("shoppingCart", "v3")
    with pytest.raises(KeyError):
        openapi_document("weather", "v4")


def _references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"].rsplit("/", 1)[-1]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(_references(each) for each in value.values()))
    return set().union(*map(_references, value)) if isinstance(value, list) else set()


@contextmanager
def _served(url: str) -> Iterator[str]:
    """Run a server in a thread of its own and give its URL."""
    database = Database.open(url)
    metadata.create_all(database.engine())
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(50)
    server = uvicorn.Server(uvicorn.Config(make_app(ServerConfig(database, catalog=catalog())), log_level="critical", lifespan="on"))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def _try_all(url: str, api: str, version: str, examples: int) -> int:
    """Send what schemathesis makes of every operation, sound and unsound, and hold the answers against the document; return how many."""
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.generation import GenerationMode
    from schemathesis.specs.openapi import checks

    tests = [
        not_a_server_error, checks.status_code_conformance, checks.content_type_conformance, checks.response_headers_conformance,
        checks.response_schema_conformance,
    ]  # fmt: skip
    document = openapi_document(api, version)
    document["paths"] = {path: operations for path, operations in document["paths"].items() if not path.startswith("/hub")}
    schema = schemathesis.openapi.from_dict(document)
    sent = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in GenerationMode:

            @given(case=operation.as_strategy(generation_mode=mode))
            @_settings(examples)
            def one(case: schemathesis.Case) -> None:
                nonlocal sent
                sent += 1
                case.call_and_validate(base_url=f"{url}/tmf-api/{api}/{version}", checks=tests)

            with suppress(Unsatisfiable):
                one()
    return sent


def _settings(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def test_what_schemathesis_makes_of_carts(sqlite_url: str) -> None:
    with _served(sqlite_url) as url:
        assert _try_all(url, "shoppingCart", "v4", 2) > 10


@pytest.mark.stress
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize(("api", "version"), FACES)
def test_what_schemathesis_makes_of_all_of_it(database_url: str, api: str, version: str) -> None:
    with _served(database_url) as url:
        assert _try_all(url, api, version, 100) > 200
