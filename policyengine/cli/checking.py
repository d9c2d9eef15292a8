"""`policyengine check`: every mistake of a configuration, in the format that was asked for."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from policyengine.cli import reports
from policyengine.cli.configurations import texts_of
from policyengine.cli.reports import Report
from policyengine.engine import Engine
from policyengine.errors import ConfigurationError
from policyengine.loading import load_texts
from policyengine.offline.evaluating import OFFLINE_KEY
from policyengine.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policyengine.errors import Mistake
    from policyengine.loading import Configuration
    from policyengine.sources import Text

MISTAKES = 1


def run(*, configs: Sequence[str], style: str, no_env: bool, self_test: bool) -> None:
    """Print the report; exit with 1 when there are mistakes."""
    texts = texts_of(configs)
    registry = Registry.installed()
    configuration = None
    try:
        configuration = load_texts(texts, registry=registry)
    except ConfigurationError:
        mistakes = _mistakes(texts, registry, None if no_env else os.environ)
    else:
        mistakes = list(configuration.warnings)
        if not no_env:
            mistakes += _environment_mistakes(configuration, os.environ)
        if self_test:
            mistakes += _self_test_mistakes(configuration, registry)
    report = Report(tuple(mistakes), len(texts), configuration)
    click.echo(reports.FORMATS[style](report), nl=False)
    if report.errors:
        sys.exit(MISTAKES)


def _mistakes(
    texts: Sequence[Text], registry: Registry, environment: Mapping[str, str] | None
) -> list[Mistake]:
    """Those of a configuration that has some, with what the environment lacks in between."""
    try:
        load_texts(texts, registry=registry, variables=environment)
    except ConfigurationError as error:
        return list(map(_with_hint, error.mistakes))
    return []


def _environment_mistakes(
    configuration: Configuration, environment: Mapping[str, str]
) -> Iterator[Mistake]:
    for resolve in (
        configuration.resolve_models,
        configuration.rewrite_key,
        configuration.client_keys,
    ):
        try:
            resolve(environment)
        except ConfigurationError as error:
            yield from map(_with_hint, error.mistakes)


def _with_hint(mistake: Mistake) -> Mistake:
    # Only here: whoever serves or evaluates needs the variable.
    if mistake.code != "missing-variable":
        return mistake
    return replace(mistake, message=f"{mistake.message}; `--no-env` checks without it")


def _self_test_mistakes(configuration: Configuration, registry: Registry) -> Iterator[Mistake]:
    engine = Engine(configuration, registry, rewrite_key=OFFLINE_KEY)
    for policy, index, error in engine.self_test():
        path = ("policies", policy, "steps", index, "detector")
        message = str(error).removeprefix(f"{configuration.place_of(path)}: ")
        yield configuration.mistake(error.code, message, path)
