"""Commands that hand reviewed complaints to training, and forget them."""

import re
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click
from flask.cli import with_appcontext

from backend.addresses import VersionConverter
from backend.commands.base import Command, kind_option, say
from backend.kinds import Kind, qualified
from backend.services import services

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from backend.feedback_export import ClassNames
    from backend.models import Feedback

DEFAULT_PER_INSTALL = 20


@click.command("export-feedback", cls=Command)
@click.argument("dest", type=click.Path(file_okay=False, path_type=Path))
@click.option("--new-only", is_flag=True, help="Leave out what an earlier export handed over already.")
@click.option(
    "--per-install",
    type=click.IntRange(1),
    default=DEFAULT_PER_INSTALL,
    show_default=True,
    help="At most so many photos from one phone, so that nobody teaches the model alone.",
)
@click.option(
    "--positive", metavar="NAME", help="Class folder of the positive label.  [default: the live model's word]"
)
@click.option(
    "--negative", metavar="NAME", help="Class folder of the negative label.  [default: the live model's word]"
)
@with_appcontext
def export(dest: Path, new_only: bool, per_install: int, positive: str | None, negative: str | None) -> None:
    """Write reviewed photos below DEST as class folders with a dataset.csv, and the boxes that reviewers drew on them as boxes.csv.

    Only photos whose review is settled as one of the two labels are written. Run it again for the same DEST to bring the folder
    up to date: what its owner took back leaves it, what was settled since comes in.

    \b
    Example:
      flask export-feedback var/feedback
      deepdog train DATA var/feedback
      deepdog train DATA var/feedback --task detect
    """
    from backend.feedback_export import export_feedback

    names = _class_names(positive, negative)
    report = export_feedback(
        services(), dest, names, only_new=new_only, per_install=per_install, watched=_with_progress
    )
    for name in (names.positive, names.negative):
        say(f"{report.by_class[name]:>6,}  {name}")
    if report.boxes:
        say(f"{report.boxes:>6,}  boxes that reviewers drew")
    for count, what in (
        (report.removed, "removed: taken back or decided otherwise"),
        (report.over_cap, f"left out: more than {per_install} from one phone"),
        (report.contradictory, "left out: the same photo was decided both ways"),
        (report.missing, "left out: the store lacks it or it was changed (`flask verify-store`)"),
    ):
        if count:
            click.echo(f"  {count:>8,}  {what}")
    click.secho(f"{dest} holds {report.by_class.total():,} photos, {report.new:,} of them new.", bold=True)
    if report.by_class.total() == 0:
        click.echo("Review some complaints at /operator/review first.")


@click.command("mark-trained", cls=Command)
@click.argument("version")
@click.argument("dest", type=click.Path(exists=True, file_okay=False, path_type=Path))
@kind_option
@with_appcontext
def mark(version: str, dest: Path, kind: Kind) -> None:
    """Record that the published model VERSION was trained on the photos that were exported to DEST.

    The review then says of each of them which models learnt from it, and so does the next export. `flask publish-model --trained-on`
    does this by itself.

    \b
    Examples:
      flask mark-trained 1.0.1 var/feedback
      flask mark-trained 1.0.0 var/feedback --kind detector
    """
    from backend.feedback_export import mark_trained

    if not re.fullmatch(VersionConverter.regex, version):
        raise click.BadParameter(f"{version!r} is no version such as 1.0.1.", param_hint="VERSION")
    count = mark_trained(services(), kind, version, dest)
    click.echo(f"{qualified(kind, version)} learnt from {count:,} of the photos in {dest}.")


@click.command("forget", cls=Command)
@click.argument("ids", nargs=-1, type=click.UUID, metavar="[FEEDBACK_ID]...")
@click.option("--install", type=click.UUID, help="Everything that this install sent.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be deleted.")
@with_appcontext
def forget(ids: tuple[UUID, ...], install: UUID | None, dry_run: bool) -> None:
    """Delete reports with their photos and reviews, for somebody who asks and has no token any more.

    Each leaves a tombstone, so that it comes back neither from a phone's retry nor through an export. What is printed is the
    receipt.

    \b
    Examples:
      flask forget 6d1c9b1e-3f9c-4b0e-9d0e-2f1f3f0b7a11
      flask forget --install 0b6a4a52-54f8-4a0c-8a66-3d2a0b2e7c55
    """
    from backend.forgetting import forget_reports

    if not ids and install is None:
        raise click.UsageError("Name the reports to forget, or an install with --install.")
    receipts = forget_reports(
        services(), [str(each) for each in ids], str(install) if install else None, dry_run=dry_run
    )
    for receipt in receipts:
        click.echo(f"  {receipt}")
    found = sum(receipt.found for receipt in receipts)
    reports = "1 report" if found == 1 else f"{found:,} reports"
    if dry_run:
        click.echo(f"Would delete {reports}.")
        return
    click.secho(f"Deleted {reports}.", bold=True)
    learnt = sorted({version for receipt in receipts for version in receipt.learnt_by})
    if learnt:
        click.echo(f"Models that learnt from their photos: {', '.join(learnt)}.")
    if any(receipt.exported for receipt in receipts):
        click.echo(
            "Some were exported: run `flask export-feedback DEST` for each folder, which removes them there."
        )


def _with_progress(complaints: "Sequence[Feedback]") -> "Iterator[Feedback]":
    with click.progressbar(complaints, label="Writing photos") as progress:
        yield from progress


def _class_names(positive: str | None, negative: str | None) -> "ClassNames":
    from backend.feedback_export import ClassNames
    from backend.models import Label
    from backend.operator_pages.wording import wording

    with services().database.reading() as session:
        labels = wording(session).labels
    words = [positive or labels[Label.POSITIVE], negative or labels[Label.NEGATIVE]]
    return ClassNames(*(word.strip().lower().replace(" ", "_") for word in words))


COMMANDS = (export, mark, forget)
