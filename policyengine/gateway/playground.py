"""The page on which a policy is tried, and the evaluation behind it: no model is asked.

The page is one file that loads nothing from elsewhere; its policy allows nothing but what is in it.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from functools import partial
from importlib import resources
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse

from policyengine.errors import ExchangeError
from policyengine.gateway.asking import read_headers
from policyengine.gateway.completing import JSON, Account
from policyengine.gateway.receiving import Caller, as_body
from policyengine.gateway.refusals import Refusal, foreign, misshapen
from policyengine.offline.evaluating import Settings as Evaluation
from policyengine.offline.explaining import explain
from policyengine.offline.jsonl import BadLine, dump

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from policyengine.deployment import CompiledDeployment
    from policyengine.gateway.asking import Asked
    from policyengine.gateway.service import Gateway
    from policyengine.offline.explaining import Explanation, ShownText

_INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)


class Playground:
    """The page, and its evaluations as an ASGI application."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        text = resources.files(__package__).joinpath("playground.html").read_text("utf-8")
        self._page, self._headers = text, {"content-security-policy": _policy_of(text)}

    async def page(self, _request: Request) -> HTMLResponse:
        """The page."""
        return HTMLResponse(self._page, headers=self._headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Evaluate an exchange that was pasted into the page."""
        headers = read_headers(Headers(scope=scope))
        caller = Caller(receive, send, headers.request_id)
        await self._gateway.answer(caller, Account(), partial(self._evaluate, caller, headers))

    async def _evaluate(self, caller: Caller, headers: Asked, content: bytes) -> None:
        if headers.is_foreign:
            raise foreign()
        asked = as_body(content, self._gateway.settings.max_depth)
        name = asked.get("deployment")
        served, _ = self._gateway.served(headers, name if isinstance(name, str) else None)
        tags = asked.get("tags")
        evaluation = Evaluation(
            all_findings=asked.get("all_findings") is True,
            tags=tuple(map(str, tags)) if isinstance(tags, list) else (),
        )
        told = await asyncio.to_thread(_explained, served.deployment, asked, evaluation)
        await caller.answer(200, JSON, dump(told))


def _explained(
    deployment: CompiledDeployment, asked: dict[str, Any], evaluation: Evaluation
) -> dict[str, Any]:
    try:
        explanation = explain(deployment, asked, evaluation)
    except BadLine as error:
        raise Refusal(400, str(error)) from None
    except ExchangeError as error:
        raise misshapen(error) from None
    except RecursionError:
        raise Refusal(400, "nested too deeply") from None
    return _as_dict(explanation)


def _as_dict(explanation: Explanation) -> dict[str, Any]:
    return {
        "detections": explanation.detections.as_dict(),
        "texts": [_text(text) for text in explanation.texts],
        "reply": None if explanation.reply is None else explanation.reply[1],
    }


def _text(text: ShownText) -> dict[str, Any]:
    return {
        "body": text.segment.body,
        "path": text.segment.path,
        "source": text.segment.source.value,
        "delivered": text.delivered,
        "runs": [
            {"text": run.text, "findings": [finding.as_dict() for finding in run.covered]}
            for run in text.runs
            if run.sort == "text"
        ],
        "whole": [finding.as_dict() for finding in text.whole],
    }


def _policy_of(page: str) -> str:
    """The page's own script and style by their hashes, and requests to where it came from."""
    allowed: dict[str, list[str]] = {"script": [], "style": []}
    for kind, content in _INLINE.findall(page):
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        allowed[kind].append(f"'sha256-{digest}'")
    return (
        f"default-src 'none'; script-src {' '.join(allowed['script'])}; "
        f"style-src {' '.join(allowed['style'])}; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
