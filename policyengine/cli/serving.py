"""`policyengine serve`: the gateway in a server of its own, or in several."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from policyengine.cli.configurations import STANDARD_INPUT

if TYPE_CHECKING:
    from collections.abc import Sequence

MEBIBYTE = 2**20


def run(  # noqa: PLR0913 - the command's options
    *,
    configs: Sequence[str],
    host: str,
    port: int,
    workers: int,
    grace: int,
    decision_log: str | None,
    decision_records: bool,
    max_body: float,
    no_refresh_header: bool,
    no_playground: bool,
    **settings: Any,
) -> None:
    """Serve until a signal ends it; raises PolicyEngineError for a configuration with mistakes."""
    if STANDARD_INPUT in configs:
        raise click.UsageError("standard input can be read only once, and CONFIG is read anew")
    if workers > 1 and sys.platform == "win32":
        raise click.UsageError("--workers: this system cannot share a port between processes")
    try:
        import uvicorn  # noqa: F401, PLC0415 - an extra

        from policyengine.gateway import Settings  # noqa: PLC0415 - the same
        from policyengine.gateway.process import Process  # noqa: PLC0415 - the same
        from policyengine.gateway.workers import run as run_all  # noqa: PLC0415 - the same
    except ImportError as error:
        raise click.UsageError(
            f"`policyengine serve` needs llm-policyengine[gateway]: {error.name} is not installed"
        ) from error
    if decision_records:
        _need_records()
    process = Process(
        configs=tuple(configs),
        host=host,
        port=port,
        grace=grace,
        settings=Settings(
            max_body=int(max_body * MEBIBYTE),
            refresh_on_request=not no_refresh_header,
            playground=not no_playground,
            **settings,
        ),
        decision_log=decision_log,
        records=decision_records,
    )
    if workers == 1:
        process.run()
    else:
        sys.exit(run_all(process, workers))


def _need_records() -> None:
    """Raises UsageError where nobody has set up what becomes of OpenTelemetry's logs."""
    from policyengine.gateway import DecisionRecords  # noqa: PLC0415 - an extra

    try:
        DecisionRecords()
    except ImportError as error:
        needed = "--decision-records needs llm-policyengine[opentelemetry]"
        raise click.UsageError(f"{needed}: {error.name} is not installed") from error
    except LookupError as error:
        how = "run it under `opentelemetry-instrument`"
        raise click.UsageError(f"--decision-records: {error}; {how}") from error
