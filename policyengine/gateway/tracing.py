"""OpenTelemetry spans where the application has set it up, and nothing where it has not.

Spans carry names, ids and verdicts, never text: exceptions are recorded by their type alone, since
their messages may quote an exchange.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Side = Literal["SERVER", "CLIENT", "INTERNAL"]

NAME = "policyengine.gateway"


@contextmanager
def span(
    name: str, side: Side = "INTERNAL", carrier: Mapping[str, str] | None = None
) -> Iterator[dict[str, Any]]:
    """A span for what happens inside; what is put into the given dict becomes its attributes.

    `carrier` are headers that may say which trace it belongs to.
    """
    attributes: dict[str, Any] = {}
    if not _is_set_up():
        yield attributes
        return
    from opentelemetry import propagate, trace  # noqa: PLC0415 - optional

    context = None if carrier is None else propagate.extract(carrier)
    with trace.get_tracer(NAME).start_as_current_span(
        name,
        context=context,
        kind=trace.SpanKind[side],
        record_exception=False,
        set_status_on_exception=False,
    ) as current:
        try:
            yield attributes
        except BaseException as error:
            current.set_status(trace.StatusCode.ERROR, type(error).__name__)
            raise
        finally:
            current.set_attributes({f"policyengine.{key}": it for key, it in attributes.items()})


def trace_headers() -> dict[str, str]:
    """The headers that tell another service which trace this is."""
    headers: dict[str, str] = {}
    if _is_set_up():
        from opentelemetry import propagate  # noqa: PLC0415 - optional

        propagate.inject(headers)
    return headers


def _is_set_up() -> bool:
    try:
        from opentelemetry import trace  # noqa: PLC0415 - optional
    except ImportError:
        return False
    # What stands there until an application sets a provider only forgets.
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)
