"""Commands that look after the object store."""

from collections.abc import Iterator
from datetime import timedelta

import click
from flask.cli import with_appcontext

from backend.commands.base import Command, say, warn
from backend.services import services


@click.command("check-store", cls=Command)
@click.option("--make-bucket", is_flag=True, help="Make the bucket first, unless there is one.")
@with_appcontext
def check(make_bucket: bool) -> None:
    """Try out whether the store keeps its promises: read-back, listing, conditional writes, privacy.

    Writes and removes a few small objects under probe/ and photos/. Where DIRECT_UPLOAD_URL is set, adds a CORS rule for PUBLIC_URL
    to those of the bucket. Run it once for every new bucket, before publishing to it.
    """
    from backend.storage.s3 import S3Storage
    from backend.store_checks import probe_store

    store = services().store
    if make_bucket and isinstance(store, S3Storage) and store.make_bucket():
        say(f"the bucket {store.bucket} is made")
    if services().settings.direct_upload_url:
        store.allow_uploads_from(services().settings.public_url)
        say(f"pages of {services().settings.public_url} may send photos to it")
    click.echo(f"Trying out {store.describe()}")
    probe_store(store, say, warn)
    click.secho("The store can be used.", bold=True)


@click.command("verify-store", cls=Command)
@with_appcontext
def verify() -> None:
    """Compare every stored model, manifest, photo and the channel with the database.

    Exits with status 1 and names each object that is missing or was changed. `flask maintain` does it daily.
    """
    from backend.maintenance import VERIFY_STORE, record_run
    from backend.store_checks import verify_store

    report = verify_store(services(), _with_progress)
    record_run(services(), VERIFY_STORE.name, len(report.flaws))
    for flaw in report.flaws:
        click.secho(f"  ✗ {flaw}", fg="red")
    if report.flaws:
        raise click.ClickException(
            f"{len(report.flaws)} of {report.checked} objects are not what they should be."
        )
    click.echo(f"All {report.checked} objects are what they should be.")


def _with_progress(objects: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    with click.progressbar(objects, label="Hashing") as bar:
        yield from bar


@click.command("sweep", cls=Command)
@click.option("--dry-run", is_flag=True, help="Only tell what would be removed.")
@click.option(
    "--older-than-hours",
    type=click.IntRange(1),
    default=24,
    show_default=True,
    help="Leave younger objects alone: their feedback may be on its way.",
)
@with_appcontext
def sweep(dry_run: bool, older_than_hours: int) -> None:
    """Remove what is past its retention, photos that no feedback refers to, which only a crash leaves behind, and uploads that no report followed.

    `flask maintain` does it daily. FEEDBACK_RETENTION_DAYS and COUNTS_RETENTION_DAYS say how long things are kept.
    """
    from backend.maintenance import SWEEP, record_run
    from backend.retention import forget_what_is_past_retention
    from backend.store_checks import sweep_orphans

    forgotten = forget_what_is_past_retention(services(), dry_run=dry_run)
    click.echo(f"{'Would remove' if dry_run else 'Removed'} {forgotten.feedback} reports past retention.")

    removed = sweep_orphans(services(), timedelta(hours=older_than_hours), dry_run=dry_run)
    if not dry_run:
        record_run(services(), SWEEP.name, len(removed))
    for name in removed:
        click.echo(f"  {name}")
    click.echo(f"{'Would remove' if dry_run else 'Removed'} {len(removed)} orphans.")


COMMANDS = (check, verify, sweep)
