"""The command line: every command with its options, on one page.

What a command does is in a module of its own, imported when the command runs, so that help is
quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from policyengine.cli.failing import Commands

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["main"]

CONFIG = click.option(
    "-c",
    "--config",
    "configs",
    metavar="CONFIG",
    multiple=True,
    required=True,
    help="A file, a folder or a URL with policies; may be given more than once.",
)
DEPLOYMENT = click.option(
    "-d", "--deployment", metavar="NAME", help="The deployment; default: the configuration's own."
)
ALL_FINDINGS = click.option(
    "--all-findings", is_flag=True, help="Report findings below every threshold too."
)
TAGS = click.option(
    "--tags", metavar="TAG,…", default="", help="Tags of the client, separated by commas."
)


def workers(told: str) -> Callable[[Any], Any]:
    """How many processes a command uses; `told` is what they do."""
    counts = click.IntRange(1, 256)
    return click.option(
        "--workers", metavar="N", type=counts, default=1, show_default=True, help=told
    )


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="llm-policyengine", prog_name="policyengine")
@click.option("--debug", is_flag=True, help="Show the traceback of an unexpected error.")
def main(debug: bool) -> None:  # noqa: FBT001 - read by Commands, from the context
    """Hold the traffic of language models to policies.

    Exit codes: 0 fine; 1 mistakes in what was checked; 2 usage or configuration error; 3 some lines
    could not be evaluated; 70 an error of this program; 130 interrupted; 141 nobody reads the
    output.
    """


@main.command()
@click.argument("configs", metavar="CONFIG...", nargs=-1, required=True)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    show_default=True,
    help="For people, programs, GitHub's workflow annotations, or code scanning.",
)
@click.option("--no-env", is_flag=True, help="Leave ${…} alone instead of looking each one up.")
@click.option(
    "--self-test", is_flag=True, help="Also get every detector ready and try it on its examples."
)
def check(**arguments: Any) -> None:
    """Validate a configuration.

    Every mistake in every file is printed, in its place. CONFIG is a file, a folder, a URL, or -
    for standard input. Exit code 0 for none but warnings, 1 for mistakes, 2 for what cannot be
    read.
    """
    _command("checking")(**arguments)


@main.command()
@click.argument("detector_id", metavar="[ID]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def detectors(**arguments: Any) -> None:
    """Show the installed detectors, or all about one."""
    _command("listing")(**arguments)


@main.command()
@CONFIG
@DEPLOYMENT
@click.argument(
    "inputs",
    metavar="IN...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True),
)
@click.option("-o", "--output", metavar="OUT", default="-", help="Default: standard output.")
@click.option("--observe", is_flag=True, help="Evaluate both stages, leave every text as it was.")
@ALL_FINDINGS
@TAGS
@workers("Processes; the output is the same, in the same order.")
@click.option("--resume", is_flag=True, help="Go on where an unfinished OUT ends.")
@click.option("--summary", is_flag=True, help="Print the summary even where nobody is watching.")
@click.option("--quiet", is_flag=True, help="Print neither progress nor a summary.")
def evaluate(**arguments: Any) -> None:
    """Hold recorded exchanges to a deployment.

    IN is JSON lines of {"request": …, "response": …} in the shapes of OpenAI's API; - is standard
    input. Each line is written with its verdict enforced and response.detections attached; a line
    without a response gets detections at its top. Other keys pass through.

    Lines that cannot be evaluated are reported, and written as {"error": {"line": …, "message":
    …}}; the exit code is then 3. Placeholders use a fixed, documented key unless the configuration
    has one.
    """
    _command("evaluating")(**arguments)


@main.command()
@CONFIG
@DEPLOYMENT
@click.argument(
    "source",
    metavar="[FILE]",
    default="-",
    type=click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True),
)
@click.option(
    "--line", "number", metavar="N", type=click.IntRange(1), help="That line of JSON lines."
)
@ALL_FINDINGS
@TAGS
def explain(**arguments: Any) -> None:
    """Show one exchange with its findings in place.

    Also which step decided what, and what was not examined. FILE holds one exchange as JSON, or
    JSON lines of which --line chooses one; default: standard input. This command prints text of
    the exchange.
    """
    _command("explaining")(**arguments)


@main.command()
@CONFIG
@click.option("--host", metavar="H", default="127.0.0.1", show_default=True, help="Listen here.")
@click.option("--port", metavar="P", type=click.IntRange(0, 65535), default=8080, show_default=True)
@workers("Processes that share the port; limits hold for each of them.")
@click.option(
    "--refresh-every",
    metavar="S",
    type=click.FloatRange(1),
    help="Read CONFIG anew every S seconds.",
)
@click.option(
    "--no-refresh-header", is_flag=True, help="Do not let clients ask for it with X-Refresh-Cache."
)
@click.option(
    "--refresh-weights",
    is_flag=True,
    help="When a client asks for it, load anew what detectors have loaded, too.",
)
@click.option(
    "--max-concurrent",
    metavar="N",
    type=click.IntRange(1),
    default=1000,
    show_default=True,
    help="Requests at once; others are told to try again.",
)
@click.option(
    "--max-per-deployment",
    metavar="N",
    type=click.IntRange(1),
    help="Of one deployment, so many requests at once.",
)
@click.option(
    "--max-body",
    metavar="MB",
    type=click.FloatRange(0, min_open=True),
    default=32,
    show_default=True,
    help="The longest body of a request.",
)
@click.option(
    "--timeout",
    metavar="S",
    type=click.FloatRange(0, min_open=True),
    default=600,
    show_default=True,
    help="Seconds for a whole request.",
)
@click.option(
    "--upstream-timeout",
    metavar="S",
    type=click.FloatRange(0, min_open=True),
    default=120,
    show_default=True,
    help="Seconds in which a model may send nothing.",
)
@click.option(
    "--grace",
    metavar="S",
    type=click.IntRange(0),
    default=30,
    show_default=True,
    help="Seconds for open requests to end when the gateway is told to.",
)
@click.option(
    "--decision-log",
    metavar="FILE",
    type=click.Path(dir_okay=False, writable=True, allow_dash=True),
    help="Append a line of JSON for every request; - is standard output.",
)
@click.option(
    "--decision-records",
    is_flag=True,
    help="Send the same to OpenTelemetry, whose logs have to be set up.",
)
@click.option("--enkrypt-compat", is_flag=True, help="Add enkrypt_policy_detections to replies.")
@click.option("--no-playground", is_flag=True, help="Do not serve the page /playground.")
def serve(**arguments: Any) -> None:
    """Run the gateway: OpenAI's completion endpoints, held to policies.

    CONFIG is loaded, its ${…} looked up and every detector warmed up before the gateway listens. A
    client names its deployment in the header X-Deployment. SIGHUP loads everything anew; a new
    version with mistakes is refused, and the old one goes on.
    """
    _command("serving")(**arguments)


def _command(module: str) -> Callable[..., None]:
    run: Callable[..., None] = import_module(f"policyengine.cli.{module}").run
    return run
