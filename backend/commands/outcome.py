"""How commands tell where the channel points after them."""

import click

from backend.commands.base import warn
from backend.kinds import Kind
from backend.publications import Outcome


def tell(outcome: Outcome, done: str) -> None:
    """Say what was done, or that nothing was."""
    model = outcome.version if outcome.kind is Kind.CLASSIFIER else f"{outcome.kind} {outcome.version}"
    where = f"{model} for {outcome.percent} % of phones (sequence {outcome.sequence})"
    if outcome.moved:
        click.secho(f"{done.capitalize()}: {where}.", bold=True)
        if outcome.warning:
            warn(outcome.warning)
    else:
        click.echo(f"Nothing to do: {where} is what the channel says already.")
