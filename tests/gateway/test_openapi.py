"""The OpenAPI document says what the routes do."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from gateways import CHAT, TEXT, Bench, said
from jsonschema import Draft202012Validator
from starlette.routing import Route
from test_parameters import REFUSED, TAKEN

from policyengine.gateway import openapi

if TYPE_CHECKING:
    from collections.abc import Callable


def schema(one: Bench, name: str) -> dict[str, Any]:
    document = one.get("/openapi.json").json()
    return {"$ref": f"#/components/schemas/{name}", "components": document["components"]}


def test_every_route_is_in_it_and_nothing_else(bench: Callable[..., Bench]) -> None:
    one = bench()
    paths = one.get("/openapi.json").json()["paths"]
    routes = {
        (route.path, method.lower())
        for route in one.app.routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
        if route.path != "/playground/evaluate"  # the page's own
    }
    assert {(path, method) for path, item in paths.items() for method in item} == routes


def test_its_schemas_are_schemas_and_every_reference_leads_somewhere(
    bench: Callable[..., Bench],
) -> None:
    document = bench().get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    for one in schemas.values():
        Draft202012Validator.check_schema(one)

    found = set(re.findall(r'"\$ref": "([^"]*)"', json.dumps(document)))
    assert {one.removeprefix("#/components/schemas/") for one in found} <= set(schemas)
    assert "#/components/schemas/ChatParameters" in found


def test_replies_are_as_it_says(bench: Callable[..., Bench]) -> None:
    one = bench(lambda _: said("I am anna@example.com."))
    crow = {"messages": [{"role": "user", "content": "A crow."}]}
    jsonschema.validate(one.post().json(), schema(one, "Completion"))
    for refused in (one.post(crow), one.post(b"{"), one.post(CHAT, deployment="x")):
        jsonschema.validate(refused.json(), schema(one, "Error"))
        paths = one.get("/openapi.json").json()["paths"]
        responses = paths["/v1/chat/completions"]["post"]["responses"]
        assert str(refused.status_code) in responses


@pytest.fixture(scope="module")
def chat() -> Draft202012Validator:
    document = openapi.document([("/v1/chat/completions", "chat")], {})
    schemas = {"components": document["components"]}
    return Draft202012Validator({"$ref": "#/components/schemas/ChatParameters", **schemas})


@pytest.mark.parametrize(("name", "value"), TAKEN)
def test_it_allows_what_is_taken(chat: Draft202012Validator, name: str, value: Any) -> None:
    assert chat.is_valid({**CHAT, name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name, value, _ in REFUSED],
)
def test_it_refuses_what_is_refused(chat: Draft202012Validator, name: str, value: Any) -> None:
    assert not chat.is_valid({**CHAT, name: value})
    assert not chat.is_valid(TEXT)
