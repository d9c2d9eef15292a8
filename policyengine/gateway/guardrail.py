"""Policies as a custom guardrail of the LiteLLM proxy: its hooks around the same two phases.

In the proxy's configuration: `guardrail: policyengine.gateway.guardrail.litellm_guardrail`, with
`mode: [pre_call, post_call]`, `policies` and `deployment`.
"""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Self

from policyengine.engine import Engine
from policyengine.gateway.guarding import Answered, Guard

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable

    from policyengine.gateway.guarding import Others

HOOKS = ("pre_call", "post_call")
"""Both are needed: what is done with a reply rests on what was done with its request."""


class _Hooks:
    """The proxy's hooks; it calls them with what they need and much else, by name."""

    def __init__(self, guard: Guard, **settings: Any) -> None:
        super().__init__(**settings)
        self._guard = guard

    async def async_pre_call_hook(
        self, *, data: dict[str, Any], call_type: str, **_others: Any
    ) -> dict[str, Any]:
        """What of a request goes on to the model."""
        try:
            await self._guard.request(data, call_type)
        except Answered as answered:
            if answered.message is not None:
                proxys: Any = self
                proxys.raise_passthrough_exception(answered.message, self._guard.as_answered(data))
            raise answered.as_http() from None
        return data

    async def async_post_call_success_hook(
        self, *, data: dict[str, Any], response: Any, **_others: Any
    ) -> Any:
        """What of a whole reply the client sees."""
        if not self._guard.is_read(data):
            return response
        try:
            told = await self._guard.reply(data, response.model_dump(exclude_none=True))
        except Answered as answered:
            raise answered.as_http() from None
        made = type(response)(**told)
        made._hidden_params = response._hidden_params  # noqa: SLF001 - for headers of the proxy
        return made

    async def async_post_call_streaming_iterator_hook(
        self, *, response: Any, request_data: dict[str, Any], **_others: Any
    ) -> AsyncGenerator[Any]:
        """What of a streamed reply the client sees."""
        if not self._guard.is_read(request_data):
            async for chunk in response:
                yield chunk
            return
        coming = _Coming(response)
        try:
            async with aclosing(self._guard.stream(request_data, coming)) as released:
                async for told in released:
                    yield coming.kind(**told)
        except Answered as answered:
            raise answered.as_http() from None


class _Coming:
    """The chunks of the proxy as plain ones; `kind` is the class of its own."""

    def __init__(self, response: Any) -> None:
        self._chunks = aiter(response)
        self.kind: Any = dict

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> dict[str, Any]:
        chunk: Any = await anext(self._chunks)
        self.kind = type(chunk)
        plain: dict[str, Any] = chunk.model_dump(exclude_none=True)
        return plain


def litellm_guardrail(
    *,
    policies: str | Iterable[str],
    deployment: str,
    other_calls: Others = "refuse",
    **settings: Any,
) -> Any:
    """The guardrail that LiteLLM makes of an entry of its configuration.

    `policies` are files, folders or URLs, and `deployment` is one of theirs. `other_calls` says
    what becomes of calls that are no completions. The rest is LiteLLM's own. Raises
    PolicyEngineError, and ValueError where the mode is not both hooks.
    """
    mode = settings.get("event_hook")
    named = [mode] if isinstance(mode, str) else list(mode or ())
    if sorted(str(getattr(one, "value", one)) for one in named) != sorted(HOOKS):
        raise ValueError("mode: policies need both: [pre_call, post_call]")
    if other_calls not in ("refuse", "allow"):
        raise ValueError("other_calls: refuse or allow")
    from litellm.integrations.custom_guardrail import CustomGuardrail  # noqa: PLC0415 - it calls

    locations = [policies] if isinstance(policies, str) else list(policies)
    guard = Guard(Engine.load(*locations).deployment(deployment), other_calls)
    # The proxy looks for hooks in the class itself, not in what it is made of.
    hooks = {name: hook for name, hook in vars(_Hooks).items() if name.startswith("async_")}
    return type("PolicyGuardrail", (_Hooks, CustomGuardrail), hooks)(
        guard, supported_event_hooks=list(HOOKS), **settings
    )
