"""What the commands share: how they fail, how they report progress, who runs them."""

import getpass
from typing import Any

import click
from sqlalchemy.exc import DatabaseError, OperationalError, ProgrammingError

from backend.errors import DeepDogError
from backend.kinds import Kind
from backend.models import OPERATOR_NAME_LENGTH


class Command(click.Command):
    """A command that answers a known error with its sentence and status 1, never with a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run it."""
        try:
            return super().invoke(ctx)
        except DeepDogError as error:
            raise click.ClickException(str(error)) from error
        except (OperationalError, ProgrammingError) as error:
            raise click.ClickException(
                f"The database cannot be used: {error.orig}. `flask db upgrade` creates and migrates its tables."
            ) from error
        except DatabaseError as error:
            if type(error) is not DatabaseError:  # Its other kinds tell of a mistake of ours.
                raise
            raise click.ClickException(
                f"The database cannot be used: {error.orig}. If DATABASE_URL is right, it is damaged: `flask restore` fills a new "
                "one from a backup."
            ) from error
        except BrokenPipeError:
            raise  # Whoever read what is printed has seen enough; click ends without a word.
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            raise click.ClickException(f"{place}{error.strerror or error}.") from error


def say(step: str) -> None:
    """Tell that a step is done."""
    click.echo(f"  {click.style('✓', fg='green')} {step}")


def warn(doubt: str) -> None:
    """Tell of something that is no failure, but that somebody should look at."""
    click.echo(f"  {click.style('!', fg='yellow')} {doubt}")


def current_user() -> str:
    """Return the name under which publications are recorded unless another is given."""
    try:
        return getpass.getuser()[:OPERATOR_NAME_LENGTH]
    except (KeyError, OSError):
        return "unknown"


def _recorded_name(_context: click.Context, _parameter: click.Parameter, name: str) -> str:
    """Refuse what the history cannot hold, before hours are spent on comparing a model."""
    if not 1 <= len(name.strip()) <= OPERATOR_NAME_LENGTH:
        raise click.BadParameter(f"a name has 1 to {OPERATOR_NAME_LENGTH} characters.")
    return name.strip()


operator_option = click.option(
    "--operator",
    default=current_user,
    callback=_recorded_name,
    show_default="your user name",
    help="Who does this; recorded with the publication.",
)

kind_option = click.option(
    "--kind",
    type=click.Choice([kind.value for kind in Kind]),
    callback=lambda _context, _parameter, value: Kind(value),
    default=Kind.CLASSIFIER.value,
    show_default=True,
    help="Which kind of model; each has a channel and versions of its own.",
)
