"""The OpenAPI document of the gateway, made of the models that validate bodies."""

from __future__ import annotations

import json
from importlib import metadata, resources
from typing import TYPE_CHECKING, Any

from policyengine.gateway.asking import CLIENT_KEY, DEPLOYMENT, REFRESH, REQUEST_ID, TAGS
from policyengine.gateway.parameters import PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policyengine.openai.request import Endpoint

COMPONENT = "#/components/schemas/"

_HEADERS = (
    (DEPLOYMENT, "The deployment; needed unless the configuration has a default one."),
    (TAGS, "Tags of the client, separated by commas; those that are accepted count."),
    (REFRESH, "`true` reads the configuration anew first, where that is allowed."),
    ((REQUEST_ID,), "An id for this request, which comes back."),
    ((CLIENT_KEY,), "The client's key, where it is not in `Authorization`."),
)
_ERRORS = {
    "400": "The body is not what it should be, or a policy blocked the exchange.",
    "401": "The deployment has client keys, and none was shown that is known.",
    "403": "The key is for another deployment, or a browser asks for a page of another site.",
    "404": "There is no such deployment.",
    "413": "The body is too long.",
    "429": "Too many requests to the deployment at once; `Retry-After` says when to try again.",
    "500": "A mistake in the gateway, or in a plugin.",
    "502": "The model cannot be reached, or did not answer with a completion.",
    "503": "Too many requests at once; `Retry-After` says when to try again.",
    "504": "The model, or the whole request, took too long.",
    "default": "An error of the upstream, as it is.",
}
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message"],
            "properties": {
                "message": {"type": "string"},
                "type": {"type": ["string", "null"]},
                "param": {"type": ["string", "null"]},
                "code": {"type": ["string", "integer", "null"]},
            },
        },
        "detections": {"$ref": f"{COMPONENT}Detections"},
    },
}
_COMPLETION = {
    "type": "object",
    "description": "The upstream's object with the detections added.",
    "required": ["choices", "detections"],
    "properties": {
        "choices": {"type": "array", "items": {"type": "object"}},
        "detections": {"$ref": f"{COMPONENT}Detections"},
    },
}


def document(routes: Iterable[tuple[str, Endpoint]], others: Mapping[str, str]) -> dict[str, Any]:
    """The document; `routes` are the completions' paths, `others` what a GET of a path gives."""
    schemas: dict[str, Any] = {"Error": _ERROR, "Completion": _COMPLETION, **_detections()}
    for model in PARAMETERS.values():
        schema = model.model_json_schema(ref_template=COMPONENT + "{model}")
        schemas |= schema.pop("$defs", {})
        schemas[model.__name__] = schema
    paths: dict[str, Any] = {
        path: {"post": _completion(path, endpoint)} for path, endpoint in routes
    }
    for path, told in others.items():
        paths[path] = {"get": {"summary": told, "responses": {"200": {"description": told}}}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "llm-policyengine gateway",
            "description": "Completions held to policies.",
            "version": metadata.version("llm-policyengine"),
        },
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _completion(path: str, endpoint: Endpoint) -> dict[str, Any]:
    body = {"$ref": COMPONENT + PARAMETERS[endpoint].__name__}
    error = {"application/json": {"schema": {"$ref": f"{COMPONENT}Error"}}}
    return {
        "operationId": path.strip("/").replace("/", "_").replace("-", "_"),
        "summary": "A completion, held to the policies of a deployment.",
        "parameters": [
            _header(name, meaning if name == names[0] else f"Another name of `{names[0]}`.")
            for names, meaning in _HEADERS
            for name in names
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": {
                "description": "The completion; with `stream`, events of `data: {…}` of which the "
                "last before `data: [DONE]` has the detections.",
                "content": {
                    "application/json": {"schema": {"$ref": f"{COMPONENT}Completion"}},
                    "text/event-stream": {},
                },
            },
            **{status: {"description": why, "content": error} for status, why in _ERRORS.items()},
        },
    }


def _header(name: str, meaning: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": meaning,
        "schema": {"type": "string"},
    }


def _detections() -> dict[str, Any]:
    """The published schema of the detections and its parts, as components."""
    text = resources.files("policyengine").joinpath("schemas/detections.schema.json").read_text()
    schema = json.loads(text.replace('"#/$defs/', f'"{COMPONENT}'))
    parts: dict[str, Any] = schema.pop("$defs", {})
    for name in ("$schema", "$id"):
        schema.pop(name, None)
    return {**parts, "Detections": schema}
