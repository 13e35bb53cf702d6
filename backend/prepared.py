"""Statements of the path that every report takes: compiled once for each kind of database, run by its driver."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.expression import ClauseElement

from backend.database import hide_row


class Prepared:
    """A statement with named parameters, run on a connection's driver with nothing in between.

    SQLAlchemy looks a statement up, checks it and wraps what comes back each time that it runs, and SQLite is done in a fraction of
    that; with four threads waiting for one interpreter it cost a tenth of the reports a second. What is given up for it: rows are the
    driver's own tuples, an INSERT takes no defaults from its columns, and no transaction is begun (with SQLite, outside of one, each
    statement sees what is committed by then).
    """

    def __init__(self, statement: ClauseElement, columns: Iterable[str] | None = None) -> None:
        """Take a statement, and of an INSERT the columns that it fills."""
        self._statement = statement
        self._columns = None if columns is None else list(columns)
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: Connection, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run it with parameters, each converted as its column's type says, and return the rows, if there are any.

        Raises:
            DBAPIError: as any other statement would.
        """
        dialect = connection.dialect
        compiled = self._compiled.get(dialect.name) or self._compile(dialect)
        values = dict(parameters)
        for name, convert in compiled.converters.items():
            values[name] = convert(values[name])
        driver, of_driver = connection.connection, dialect.loaded_dbapi.Error
        try:
            cursor = driver.cursor()
            cursor.execute(compiled.sql, values)
            return list(cursor.fetchall()) if cursor.description else []
        except of_driver as error:
            hide_row(error)
            lost = dialect.is_disconnect(error, driver, None)
            if lost:
                connection.invalidate(error)
            raise DBAPIError.instance(
                compiled.sql,
                values,
                error,
                of_driver,
                hide_parameters=True,
                connection_invalidated=lost,
                dialect=dialect,
            ) from error

    def _compile(self, dialect: Dialect) -> "_Compiled":
        compiled = self._statement.compile(dialect=dialect, column_keys=self._columns)
        converters = {
            name: convert
            for name, parameter in compiled.binds.items()  # type: ignore[attr-defined]  # every compiler of SQL has them
            if (convert := parameter.type.dialect_impl(dialect).bind_processor(dialect))
        }
        self._compiled[dialect.name] = _Compiled(str(compiled), converters)
        return self._compiled[dialect.name]


class _Compiled(NamedTuple):
    sql: str
    converters: dict[str, Callable[[Any], Any]]
