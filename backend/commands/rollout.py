"""Commands that move the channel among published models."""

import click
from flask.cli import with_appcontext

from backend.channel import sync_channel
from backend.commands.base import Command, kind_option, operator_option, say
from backend.commands.outcome import tell
from backend.kinds import Kind
from backend.objects import CHANNELS
from backend.rollout import pause, refresh_channels, roll_back, roll_out, withdraw
from backend.services import services

reason_option = click.option("--reason", help="Why; recorded and shown by `flask list-models`.")


@click.command("rollout", cls=Command)
@click.argument("percent", type=click.IntRange(0, 100))
@kind_option
@reason_option
@operator_option
@with_appcontext
def rollout(percent: int, kind: Kind, reason: str | None, operator: str) -> None:
    """Offer the live model to PERCENT of the phones (0 to 100).

    A higher share only adds phones: whoever has the model keeps it. A lower share sends the others back to the model before.
    It also ends a pause.

    \b
    Examples:
      flask rollout 50
      flask rollout 50 --kind detector
    """
    tell(roll_out(services(), kind, percent, operator, say, reason=reason), "rolled out")


@click.command("pause", cls=Command)
@kind_option
@reason_option
@operator_option
@with_appcontext
def pause_rollout(kind: Kind, reason: str | None, operator: str) -> None:
    """Offer the live model to nobody until `flask rollout PERCENT`: phones go back to the model before it.

    The phones that had it get it again first when the roll-out goes on.

    \b
    Example:
      flask pause --reason "complaints about burgers"
    """
    tell(pause(services(), kind, operator, say, reason=reason), "paused")


@click.command("rollback", cls=Command)
@click.argument("version", required=False)
@kind_option
@reason_option
@operator_option
@with_appcontext
def rollback(version: str | None, kind: Kind, reason: str | None, operator: str) -> None:
    """Send every phone back to VERSION, by default to the model before the live one.

    This is a new publication of an old model, so phones accept it like any other. `flask list-models` shows what there is.

    \b
    Example:
      flask rollback 1.0.0
    """
    tell(roll_back(services(), kind, version, operator, say, reason=reason), "rolled back")


@click.command("withdraw", cls=Command)
@click.argument("version")
@kind_option
@click.option("--reason", required=True, help="Why; recorded and shown by `flask list-models`.")
@operator_option
@with_appcontext
def withdraw_version(version: str, kind: Kind, reason: str, operator: str) -> None:
    """Take VERSION out of use for good: it can be neither published nor rolled back to again.

    Where the channel names it, phones go to the model before it.

    \b
    Example:
      flask withdraw 1.0.1 --reason "trained on photos without consent"
    """
    outcome = withdraw(services(), kind, version, operator, say, reason=reason)
    click.echo(f"The {kind} {version} is withdrawn.")
    if outcome.moved:
        tell(outcome, "now live")


@click.command("check-rollout", cls=Command)
@click.option("--dry-run", is_flag=True, help="Only tell what the counts say.")
@with_appcontext
def check_rollout(dry_run: bool) -> None:
    """Halt the classifier's roll-out under way if its users complain significantly more often than those of the model before.

    Nobody complains of a detector: pause its roll-out yourself.

    Running servers do this by themselves every HALT_CHECK_SECONDS; HALT_RATE_RATIO and HALT_ERROR_RATE say when.
    """
    from backend.rollout_guard import examine_rollout, halt_if_worse

    finding = examine_rollout(services()) if dry_run else halt_if_worse(services())
    if finding is None:
        click.echo("No roll-out is under way that could be compared with a model before it.")
        return
    click.echo(f"{finding}.")
    if finding.halts:
        click.secho("The roll-out would be halted." if dry_run else "Halted.", bold=True)
    else:
        click.echo("The roll-out goes on.")


@click.command("sync-channel", cls=Command)
@with_appcontext
def sync() -> None:
    """Write the channels to the store if they lack the latest publication.

    The other commands do this by themselves; it is needed only when one of them was interrupted.
    """
    written = [str(CHANNELS[kind]) for kind in Kind if sync_channel(services(), kind)]
    click.echo(f"Channel written: {', '.join(written)}." if written else "The channels are up to date.")


@click.command("refresh-channel", cls=Command)
@with_appcontext
def refresh() -> None:
    """Sign the channels of all kinds anew, so that phones do not find them expired.

    `flask maintain` does it daily: they are valid for CHANNEL_LIFETIME_DAYS.
    """
    from backend.maintenance import REFRESH_CHANNEL, record_run

    valid_until = min(refresh_channels(services(), say))
    record_run(services(), REFRESH_CHANNEL.name, 0)
    click.echo(f"Valid until {valid_until:%Y-%m-%d %H:%M} UTC.")


COMMANDS = (rollout, pause_rollout, rollback, withdraw_version, check_rollout, sync, refresh)
