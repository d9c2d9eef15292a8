"""The two phases around the calls of a proxy that has hooks, in LiteLLM's words but without it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakKeyDictionary

from starlette.datastructures import Headers

from policyengine import openai
from policyengine.errors import ExchangeError
from policyengine.gateway.asking import read_headers
from policyengine.gateway.parameters import CONTEXT, CONTEXT_ALIAS, PARAMETERS, accept
from policyengine.gateway.refusals import SERVER, Refusal, misshapen, unreadable_reply

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Mapping, MutableMapping

    from policyengine.deployment import CompiledDeployment
    from policyengine.openai.request import Endpoint
    from policyengine.transport import CheckedRequest, Reply

    Others = Literal["refuse", "allow"]

_ENDPOINTS: Mapping[str, Endpoint] = {
    "completion": "chat",
    "acompletion": "chat",
    "text_completion": "text",
    "atext_completion": "text",
}
"""The proxy's names of the calls that are read."""

_UNREAD = frozenset({"metadata", "litellm_metadata", "guardrails", "tags"})
"""Parameters of a client that are the proxy's own business, and full of its own objects."""

_CALL = "litellm_logging_obj"
"""The object of the proxy that lives as long as a call does."""

_ANSWERED = "policyengine_answered"


class Answered(Exception):  # noqa: N818 - a block is no error
    """An exchange that ends here: with an HTTP status and a body."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(f"answered with status {status}")
        self.status = status
        self.body = body

    @property
    def message(self) -> str | None:
        """The text of a completion that takes the model's place; None where it is an error."""
        if self.status != 200:
            return None
        choice = self.body["choices"][0]
        said = choice["message"]["content"] if "message" in choice else choice["text"]
        return str(said)

    def as_http(self) -> Exception:
        """The error as the proxy's framework raises it."""
        from fastapi import HTTPException  # noqa: PLC0415 - the proxy has it

        error: Exception = HTTPException(self.status, dict(self.body))
        return error


@dataclass(slots=True)
class Guard:
    """The two phases around calls of the proxy, in its own words, without any of its classes."""

    deployment: CompiledDeployment
    others: Others
    _checked: MutableMapping[Any, CheckedRequest | None] = field(default_factory=WeakKeyDictionary)
    """What is known of each call that goes on; None for one that is not read."""

    async def request(self, data: dict[str, Any], call: str) -> None:
        """Change a request to what the model may see; raises Answered in its place."""
        endpoint = _ENDPOINTS.get(call)
        if endpoint is None:
            if self.others == "refuse":
                message = "policies can read chat and text completions only"
                raise _refused(Refusal(400, message, reason="unsupported_endpoint"))
            if _CALL in data:
                self._checked[data[_CALL]] = None
            return
        headers = (data.get("proxy_server_request") or {}).get("headers") or {}
        try:
            body = accept(_body(data, endpoint), endpoint)
            tags = read_headers(Headers(headers)).tags
            checked = await self.deployment.acheck_request(body, tags=tags)
        except ExchangeError as error:
            raise _refused(misshapen(error)) from None
        except Refusal as refusal:
            raise _refused(refusal) from None
        if checked.body is None:
            raise _answered(checked.reply)
        data.pop(CONTEXT_ALIAS, None)
        data.update(checked.body)
        data.pop(CONTEXT, None)
        self._checked[data[_CALL]] = checked

    async def reply(self, data: Mapping[str, Any], reply: dict[str, Any]) -> dict[str, Any]:
        """A reply as the client may see it; raises Answered in its place."""
        try:
            judged = await self.deployment.acheck_response(self._request_of(data), reply)
        except (ExchangeError, RecursionError):
            raise _refused(unreadable_reply()) from None
        if judged.body is not None:
            return openai.attach(judged.body, judged.detections.as_dict())
        status, body = judged.reply or (500, {})
        if status != 200:
            raise Answered(status, body)
        return body

    async def stream(
        self, data: Mapping[str, Any], chunks: AsyncIterator[dict[str, Any]]
    ) -> AsyncGenerator[dict[str, Any]]:
        """The chunks that may be released; the last one with choices has the detections."""
        last: dict[str, Any] = {}
        async with self.deployment.astream(self._request_of(data)) as stream:
            try:
                async for chunk in chunks:
                    last = chunk
                    for released in await stream.feed(chunk):
                        yield released
                    if stream.done:
                        break
            except (ExchangeError, RecursionError):
                raise _refused(unreadable_reply()) from None
            rest, detections = await stream.close()
        ending = rest or [{**last, "choices": []}]
        # The proxy keeps a chunk that only has the usage from clients that did not ask for it.
        carrying = max((at for at, chunk in enumerate(ending) if chunk["choices"]), default=-1)
        ending[carrying] = openai.attach(ending[carrying], detections.as_dict())
        for chunk in ending:
            yield chunk

    def is_read(self, data: Mapping[str, Any]) -> bool:
        """Whether the reply to a call is to be looked at: not what was answered here already."""
        if data.get(_ANSWERED) is self:
            return False
        call = data.get(_CALL)
        if call is None:
            return self.others == "refuse"
        return call not in self._checked or self._checked[call] is not None

    def as_answered(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """A call whose reply is known to come from here."""
        return {**data, _ANSWERED: self}

    def _request_of(self, data: Mapping[str, Any]) -> CheckedRequest:
        call = data.get(_CALL)
        checked = None if call is None else self._checked.get(call)
        if checked is None:
            # Letting it pass would be a way around the policies.
            message = "the request of this reply was not looked at"
            raise _refused(Refusal(500, message, kind=SERVER, reason="internal_error"))
        return checked


def _body(data: Mapping[str, Any], endpoint: Endpoint) -> dict[str, Any]:
    """What of a call is the client's own: the API's parameters, and all that its body had."""
    own = (data.get("proxy_server_request") or {}).get("body") or {}
    read = (PARAMETERS[endpoint].model_fields.keys() | own.keys()) - _UNREAD
    return {name: value for name, value in data.items() if name in read}


def _answered(reply: Reply | None) -> Answered:
    if reply is None:
        raise ValueError("what was blocked has a reply")
    return Answered(*reply)


def _refused(refusal: Refusal) -> Answered:
    return Answered(refusal.status, refusal.body)
