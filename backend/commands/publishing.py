"""Commands that move the channel."""

from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from backend.channel import latest_publication, sync_channel
from backend.commands.base import Command, operator_option, say
from backend.models import Publication, Release
from backend.publishing import Outcome, publish, refresh_channel, roll_back, roll_out
from backend.services import services

PERCENT = click.IntRange(0, 100)


@click.command("publish-model", cls=Command)
@click.argument("bundle", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--rollout", "percent", type=PERCENT, default=100, show_default=True, help="Share of phones, in percent."
)
@operator_option
@with_appcontext
def publish_model(bundle: Path, percent: int, operator: str) -> None:
    """Check, sign, store and publish the model in the folder BUNDLE.

    BUNDLE is what `deepdog export` writes: model.tflite, model.json and golden/. The model is run on its golden pictures and its
    self-test first; one that fails is refused and nothing changes.

    Needs the release key (RELEASE_KEY_FILE). Running it again after an interruption resumes it; running it again for the
    live model changes nothing.

    \b
    Example:
      flask publish-model runs/2026-11-24/bundle --rollout 10
    """
    from backend.model_gate import examine

    examined = examine(bundle, say)
    _tell(publish(services(), examined, percent, operator, say), "published")


@click.command("rollout", cls=Command)
@click.argument("percent", type=PERCENT)
@operator_option
@with_appcontext
def rollout(percent: int, operator: str) -> None:
    """Offer the live model to PERCENT of the phones (0 to 100).

    A higher share only adds phones: whoever has the model keeps it. A lower share sends the others back to the model before.

    \b
    Example:
      flask rollout 50
    """
    _tell(roll_out(services(), percent, operator, say), "rolled out")


@click.command("rollback", cls=Command)
@click.argument("version", required=False)
@operator_option
@with_appcontext
def rollback(version: str | None, operator: str) -> None:
    """Send every phone back to VERSION, by default to the model before the live one.

    This is a new publication of an old model, so phones accept it like any other. `flask list-models` shows what there is.

    \b
    Example:
      flask rollback 1.0.0
    """
    _tell(roll_back(services(), version, operator, say), "rolled back")


@click.command("list-models", cls=Command)
@with_appcontext
def list_models() -> None:
    """Show the models, and what was live when and by whom."""
    with services().database.reading() as session:
        releases = session.scalars(select(Release).order_by(Release.created_at)).all()
        publications = session.scalars(select(Publication).order_by(Publication.sequence.desc())).all()
    if not releases:
        click.echo("No model is published yet. `flask publish-model BUNDLE` does that.")
        return
    click.echo(f"{'VERSION':<12} {'STATE':<10} {'BYTES':>10}  SHA-256")
    for release in releases:
        click.echo(
            f"{release.version:<12} {release.state:<10} {release.model_size_bytes:>10,}  {release.model_sha256[:16]}…"
        )
    click.echo(f"\n{'SEQUENCE':>8}  {'VERSION':<12} {'ROLL-OUT':>8}  {'WHEN (UTC)':<17} BY")
    for entry in publications:
        when = f"{entry.published_at:%Y-%m-%d %H:%M}"
        click.echo(
            f"{entry.sequence:>8}  {entry.version:<12} {entry.percent:>6} %  {when:<17} {entry.operator}"
        )


@click.command("sync-channel", cls=Command)
@with_appcontext
def sync() -> None:
    """Write the channel to the store if it lacks the latest publication.

    The other commands do this by themselves; it is needed only when one of them was interrupted.
    """
    click.echo("Channel written." if sync_channel(services()) else "The channel is up to date.")


@click.command("refresh-channel", cls=Command)
@with_appcontext
def refresh() -> None:
    """Sign the channel anew, so that phones do not find it expired.

    Run it from cron, once a week: a channel is valid for CHANNEL_LIFETIME_DAYS.
    """
    refresh_channel(services(), say)
    with services().database.reading() as session:
        publication = latest_publication(session)
    assert publication is not None
    click.echo(f"Valid until {publication.expires_at:%Y-%m-%d %H:%M} UTC.")


def _tell(outcome: Outcome, done: str) -> None:
    where = f"{outcome.version} for {outcome.percent} % of phones (sequence {outcome.sequence})"
    if outcome.moved:
        click.secho(f"{done.capitalize()}: {where}.", bold=True)
    else:
        click.echo(f"Nothing to do: {where} is what the channel says already.")


COMMANDS = (publish_model, rollout, rollback, list_models, sync, refresh)
