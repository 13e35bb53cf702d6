"""Commands that keep an installation healthy: the daily tasks, and the examination of everything."""

import threading

import click
from flask.cli import with_appcontext

from backend.commands.base import Command
from backend.services import services

MINUTES_BETWEEN_LOOKS = 10
MARKS = {"ok": ("✓", "green"), "doubt": ("!", "yellow"), "fault": ("✗", "red")}


@click.command("maintain", cls=Command)
@click.option("--once", is_flag=True, help="Do what is due and end, for cron; status 1 if something failed.")
@with_appcontext
def maintain(once: bool) -> None:
    """Renew the channel, sweep and verify the store, each once a day, for as long as this runs.

    What fails is tried again ten minutes later. `flask doctor` and /metrics tell when each was last done.

    \b
    Examples:
      flask maintain                 # as a service
      flask maintain --once          # from cron, hourly
    """
    from backend.maintenance import run_due

    failed = run_due(services())
    if once:
        if failed:
            raise click.ClickException(f"{', '.join(failed)} failed; the log says why.")
        return
    wait = threading.Event()
    while not wait.wait(60 * MINUTES_BETWEEN_LOOKS):
        run_due(services())


@click.command("doctor", cls=Command)
@with_appcontext
def doctor() -> None:
    """Examine the whole installation, and say of each fault what to do.

    Keys, database, store, channel, daily tasks, disk, clocks, proxies, operators and the web app. It changes nothing but for
    one small object that it writes to the store and removes again. Ends with status 1 if there is a fault; doubts (!) are for you to
    judge.
    """
    from backend.doctor import Health, examine

    found = dict.fromkeys(Health, 0)
    for finding in examine(services()):
        found[finding.health] += 1
        mark, color = MARKS[finding.health]
        click.echo(f"  {click.style(mark, fg=color)} {finding.part}: {finding.what}")
        if finding.remedy:
            click.echo(f"      → {finding.remedy}")
    faults, doubts = found[Health.FAULT], found[Health.DOUBT]
    if faults:
        raise click.ClickException(f"{faults} faults and {doubts} doubts.")
    click.secho(f"No fault, {doubts} doubts." if doubts else "All is well.", bold=True)


COMMANDS = (maintain, doctor)
