"""How commands fail: a clear message, the right exit code, never a traceback that nobody asked for.

The texts of unexpected errors are not printed, since they may quote an exchange.
"""

from __future__ import annotations

import io
import logging
import os
import sys
import traceback
from contextlib import suppress
from typing import Any

import click

from policyengine.cli.terminal import visible
from policyengine.errors import (
    ConfigurationError,
    PolicyEngineError,
    UnknownDeploymentError,
)
from policyengine.loading.problems import closest

UNUSABLE = 2
BAD_LINES = 3
UNEXPECTED = 70
INTERRUPTED = 130
NOBODY_READS = 141


class Commands(click.Group):
    """A group that turns every exception into a message and an exit code."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run as a program of its own, which ends with the command."""
        try:
            return super().__call__(*args, **kwargs)
        except SystemExit as end:
            leave_calls(end.code)
            raise

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # what it cannot encode, it escapes
                stream.reconfigure(errors="backslashreplace")
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except (click.ClickException, click.exceptions.Exit):
            raise
        except BrokenPipeError:
            _stop_writing()
            ctx.exit(NOBODY_READS)
        except (KeyboardInterrupt, click.Abort):
            ctx.exit(INTERRUPTED)
        except PolicyEngineError as error:
            if ctx.params.get("debug"):
                traceback.print_exc()
            complain(message_of(error))
            ctx.exit(UNUSABLE if error.code != "worker" else UNEXPECTED)
        except OSError as error:
            complain(f"error: {error.filename or 'reading or writing'}: {error.strerror}")
            ctx.exit(UNUSABLE)
        except Exception as error:  # noqa: BLE001 - the last place that can tell the user
            _report(error, debug=bool(ctx.params.get("debug")))
            ctx.exit(UNEXPECTED)
        return result


def message_of(error: PolicyEngineError) -> str:
    """What a user is told about an error that the library raises on purpose."""
    if isinstance(error, ConfigurationError):
        return str(error)
    message = f"error: {error}"
    if isinstance(error, UnknownDeploymentError) and error.name is not None:
        suggestion = closest(error.name, error.known)
        if suggestion is not None:
            message += f"\ndid you mean: {suggestion}"
    return message


def complain(message: str) -> None:
    """Print to standard error, harmless to a terminal."""
    sys.stderr.write(visible(message) + "\n")  # click would write past a progress bar


def _report(error: Exception, *, debug: bool) -> None:
    if debug:
        traceback.print_exception(error)
    kind = type(error)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    complain(
        f"error: unexpected {name}; this is a mistake in policyengine or in a plugin\n"
        "please report it as CONTRIBUTING.md of llm-policyengine says, with the command and "
        "`policyengine --version`"
        + ("" if debug else "\n`policyengine --debug …` shows where it happened")
    )


def leave_calls(code: object) -> None:
    """End this process at once with an exit code, if calls that were given up still run in it."""
    from policyengine.running import calls_under_way  # noqa: PLC0415 - help needs no engine

    if calls_under_way():
        logging.shutdown()
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):  # nobody reads it any more
                stream.flush()
        os._exit(code if isinstance(code, int) else int(code is not None))


def _stop_writing() -> None:
    """Let the interpreter's last flush go nowhere, or it would complain about the pipe again."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):
        return  # not a real file, as in tests
    os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
