"""The command that publishes a model, and the one that lists them."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from backend.channel import latest_publication
from backend.commands.base import Command, operator_option, say, warn
from backend.commands.outcome import tell
from backend.kinds import Kind
from backend.models import Release
from backend.publications import history
from backend.publishing import check_publishable, kind_of, plan, publish
from backend.services import Services, services

if TYPE_CHECKING:
    from backend.replay import Comparison
    from ml.bundle import Bundle
    from ml.detect.bundle import DetectorBundle

PERCENT = click.IntRange(0, 100)


@click.command("publish-model", cls=Command)
@click.argument("bundle", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--rollout",
    "percent",
    type=PERCENT,
    default=100,
    show_default=True,
    metavar="PERCENT",
    help="Share of phones that get it.",
)
@click.option(
    "--force",
    metavar="REASON",
    help="Publish it although it is worse than the live model, or that cannot be read; REASON is recorded.",
)
@click.option(
    "--trained-on",
    "exports",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DEST",
    multiple=True,
    help="Folder of `flask export-feedback` that it learnt from: its photos are marked with the version. Can be repeated.",
)
@click.option("--dry-run", is_flag=True, help="Check everything, print the plan, and change nothing.")
@operator_option
@with_appcontext
def publish_model(
    bundle: Path, percent: int, force: str | None, exports: tuple[Path, ...], dry_run: bool, operator: str
) -> None:
    """Check, sign, store and publish the model in the folder BUNDLE.

    BUNDLE is what `deepdog export` writes of a classifier or a detector: model.tflite, model.json and golden/. Its model is run
    on its golden pictures and its self-test, then on the golden set and every correction beside the live model of its
    kind. One that fails, or gets fewer right than the live one, is refused and nothing changes; so is a detector whose average
    precision on the test split is lower.

    Needs the release key (RELEASE_KEY_FILE or RELEASE_KEY) and the channel key. Running it again after an interruption
    resumes it; running it again for the live model only stores anew what the store lost of it, or holds changed.

    \b
    Examples:
      flask publish-model runs/2026-11-24/bundle --dry-run
      flask publish-model runs/2026-11-24/bundle --rollout 10
      flask publish-model runs/2026-11-24/bundle --trained-on var/feedback
    """
    from backend.feedback_export import mark_trained, trained_photos
    from backend.model_gate import examine, examine_detector
    from ml.detect.bundle import is_detector

    learnt_from = {folder: len(trained_photos(folder)) for folder in exports}
    examined = examine_detector(bundle, say) if is_detector(bundle) else examine(bundle, say)
    check_publishable(services(), examined)
    comparison = _compare(services(), examined)
    if force is None:
        comparison.refuse_worse(examined.description["version"])
    elif not force.strip():
        raise click.BadParameter("give the reason; it is recorded.", param_hint="--force")
    elif not comparison.is_worse:
        force = None  # Nothing had to be forced.
    if dry_run:
        click.secho("This would:", bold=True)
        for step in plan(services(), examined, percent):
            click.echo(f"  - {step}")
        for folder, photos in learnt_from.items():
            click.echo(f"  - mark the {photos:,} training photos in {folder} as what it learnt from")
        return
    outcome = publish(
        services(), examined, percent, operator, say, compared_with=comparison.live_sequence, reason=force
    )
    for folder in exports:
        marked = mark_trained(services(), outcome.kind, outcome.version, folder)
        say(f"marked as what {outcome.version} learnt from: {marked:,} of the photos in {folder}")
    tell(outcome, "published")


@click.command("list-models", cls=Command)
@with_appcontext
def list_models() -> None:
    """Show the models, and what was live when, by whom and why."""
    with services().database.reading() as session:
        releases = session.scalars(select(Release).order_by(Release.kind, Release.created_at)).all()
        moves = [move for kind in Kind for move in history(session, kind)]
    if not releases:
        click.echo("No model is published yet. `flask publish-model BUNDLE` does that.")
        return
    what = [f"{entry.action} {withdrawn}" if withdrawn else entry.action for entry, withdrawn in moves]
    # Versions may have twenty characters, and columns stay columns.
    of_version = max([12, *(len(release.version) for release in releases)])
    of_what = max([16, *map(len, what)])
    click.echo(f"{'KIND':<10} {'VERSION':<{of_version}} {'STATE':<10} {'BYTES':>10}  SHA-256")
    for release in releases:
        sha256 = f"{release.model_sha256[:16]}…"
        click.echo(
            f"{release.kind:<10} {release.version:<{of_version}} {release.state:<10} {release.model_size_bytes:>10,}  {sha256}"
        )
        if release.withdrawn_at:
            when = f"{release.withdrawn_at:%Y-%m-%d %H:%M}"
            click.echo(f"  withdrawn {when} by {release.withdrawn_by}: {release.withdrawal_reason}")
    click.echo(
        f"\n{'KIND':<10} {'SEQUENCE':>8}  {'WHEN (UTC)':<16}  {'WHAT':<{of_what}}  {'LIVE':<{of_version}} {'SHARE':>5}  BY"
    )
    for (entry, _), done in zip(moves, what, strict=True):
        when = f"{entry.published_at:%Y-%m-%d %H:%M}"
        click.echo(
            f"{entry.kind:<10} {entry.sequence:>8}  {when}  {done:<{of_what}}  {entry.version:<{of_version}} {entry.percent:>3} %  {entry.operator}"
        )
        if entry.reason:
            click.echo(f"{'':>21}{entry.reason}")


def _compare(services: Services, bundle: "Bundle | DetectorBundle") -> "Comparison":
    """Replay the pictures with a progress bar, and show the table."""
    from backend.replay import AVERAGE_PRECISION, Comparison, compare_with_live, pictures_to_replay

    kind = kind_of(bundle)
    with services.database.reading() as session:
        current = latest_publication(session, kind)
    if current is None:
        say(f"no {kind} is published yet, so there is nothing to compare with")
        return Comparison(None, None, [])
    if current.version == bundle.description["version"]:
        say(f"{current.version} is the live {kind}, so there is no other to compare it with")
        return Comparison(current.version, current.sequence, [])
    pictures = pictures_to_replay(services, bundle)
    with click.progressbar(length=len(pictures), label="  comparing with the live model") as bar:
        comparison = compare_with_live(services, bundle, pictures, lambda: bar.update(1))
    if comparison.live_flaw:
        warn(f"nothing was compared: {comparison.live_flaw}")
        return comparison
    live, new = f"live {comparison.live_version}", f"new {bundle.description['version']}"
    click.echo(f"  {'':<22}{'pictures':>9}{live:>16}{new:>16}{'newly wrong':>13}")
    for group in comparison.groups:
        right = [
            f"{tally.right} ({tally.right / group.pictures:.1%})" if group.pictures else "-"
            for tally in (group.live, group.new)
        ]
        worse = click.style(" worse", fg="red") if group.name in comparison.fewer_right_in else ""
        click.echo(
            f"  {group.name:<22}{group.pictures:>9}{right[0]:>16}{right[1]:>16}{group.newly_wrong:>13}{worse}"
        )
        click.echo(
            f"  {'  misses, false alarms':<31}"
            f"{f'{group.live.misses}, {group.live.false_alarms}':>16}{f'{group.new.misses}, {group.new.false_alarms}':>16}"
        )
        if group.unreadable:
            click.echo(f"  {group.unreadable} more could not be read; `flask verify-store` says which.")
    for figure in comparison.figures:
        is_worse = figure.name == AVERAGE_PRECISION and comparison.is_less_precise
        click.echo(
            f"  {f'test split, {figure.name}':<31}{_figure(figure.live):>16}{_figure(figure.new):>16}"
            f"{'':>13}{click.style(' worse', fg='red') if is_worse else ''}"
        )
    if kind is Kind.DETECTOR and not comparison.figures:
        click.echo(
            "  The two were measured on different test pictures, so their average precision is not compared."
        )
    return comparison


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


COMMANDS = (publish_model, list_models)
