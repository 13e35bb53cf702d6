"""The operators' accounts: passwords kept as argon2 hashes, and names locked for a while after failures."""

import hashlib
import unicodedata
from datetime import timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.database import Database
from backend.errors import DeepDogError, TooManyRequestsError
from backend.models import OPERATOR_NAME_LENGTH, Operator, Role, SignInFailure, now

MIN_PASSWORD_CHARACTERS = 10
MAX_PASSWORD_CHARACTERS = 256
MAX_FAILURES = 5
LOCKOUT = timedelta(minutes=15)
SIGN_IN_LOCK = 0xDEE9D19
"""Any number of our own: makes attempts to sign in count one after another."""

_hasher = PasswordHasher()


class AccountError(DeepDogError):
    """A name or password cannot be used for an account."""


def create_operator(database: Database, name: str, password: str, role: Role = Role.REVIEWER) -> None:
    """Create an operator.

    Raises:
        AccountError: the name or the password does not do, or the name is taken.
    """
    if not name.strip() or len(name) > OPERATOR_NAME_LENGTH or name != name.strip():
        raise AccountError(f"A name has 1 to {OPERATOR_NAME_LENGTH} characters and no space around it.")
    password_hash = _hash_new(password)
    try:
        with database.writing() as session:
            session.add(Operator(name=name, password_hash=password_hash, role=role))
    except IntegrityError as error:
        raise AccountError(
            f"There is an operator {name} already. `flask create-operator {name} --reset-password` gives a new password."
        ) from error


def reset_password_of(database: Database, name: str, password: str) -> None:
    """Give an operator a new password, which ends that operator's sessions and lock.

    Raises:
        AccountError: the password does not do, or there is no such operator.
    """
    password_hash = _hash_new(password)
    with database.writing() as session:
        _operator(session, name).password_hash = password_hash
        session.execute(delete(SignInFailure).where(SignInFailure.name == name))


def change_role(database: Database, name: str, role: Role) -> None:
    """Give an operator another role; it holds from the next request on.

    Raises:
        AccountError: there is no such operator.
    """
    with database.writing() as session:
        _operator(session, name).role = role


def remove_operator(database: Database, name: str) -> None:
    """Remove an operator's account, which ends the sessions; what was decided and published under the name stays.

    Raises:
        AccountError: there is no such operator.
    """
    with database.writing() as session:
        session.delete(_operator(session, name))
        session.execute(delete(SignInFailure).where(SignInFailure.name == name))


def authenticate(database: Database, name: str, password: str) -> Operator | None:
    """Return the operator whose name and password these are, or None.

    Takes as long for a name that nobody has, and hashes at most MAX_PASSWORD_CHARACTERS. An attempt counts as a failure until it
    turns out to be right, so that many at once are no more than one after another.

    Raises:
        TooManyRequestsError: the name is locked after MAX_FAILURES failures within LOCKOUT.
    """
    name = name[:OPERATOR_NAME_LENGTH].replace("\0", "")
    with database.writing_alone(SIGN_IN_LOCK) as session:
        _refuse_locked(session, name)
        session.add(SignInFailure(name=name))
        operator = session.scalar(select(Operator).where(Operator.name == name))
    right = _verify(operator.password_hash if operator else _decoy_hash(), password[:MAX_PASSWORD_CHARACTERS])
    with database.writing() as session:
        if operator and right:
            session.execute(delete(SignInFailure).where(SignInFailure.name == name))
            return operator
        forget_old_failures(session)
    return None


def forget_old_failures(session: Session) -> None:
    """Remove failed attempts that lock nobody any more, and with them the names that were typed."""
    session.execute(delete(SignInFailure).where(SignInFailure.failed_at < now() - LOCKOUT))


def find_operator(database: Database, operator_id: int, mark: str) -> Operator | None:
    """Return the operator of a session that bears this mark, if it is still that operator's."""
    with database.reading() as session:
        operator = session.get(Operator, operator_id)
    return operator if operator and mark == mark_of(operator) else None


def mark_of(operator: Operator) -> str:
    """Return what a new password and signing out change, which ends the sessions that bear the mark from before."""
    changing = operator.password_hash
    if operator.signed_out_at:
        changing += str(operator.signed_out_at)
    return hashlib.sha256(changing.encode()).hexdigest()[:16]


def sign_out(database: Database, operator: Operator) -> None:
    """End all sessions of an operator, and with them whatever copy there is of their cookies."""
    with database.writing() as session:
        session.execute(update(Operator).where(Operator.id == operator.id).values(signed_out_at=now()))


def _operator(session: Session, name: str) -> Operator:
    operator = session.scalar(select(Operator).where(Operator.name == name))
    if operator is None:
        raise AccountError(f"There is no operator {name}. `flask create-operator {name}` makes one.")
    return operator


def _hash_new(password: str) -> str:
    if not MIN_PASSWORD_CHARACTERS <= len(password) <= MAX_PASSWORD_CHARACTERS:
        raise AccountError(
            f"A password has {MIN_PASSWORD_CHARACTERS} to {MAX_PASSWORD_CHARACTERS} characters; this one has {len(password)}."
        )
    return _hasher.hash(_normal(password))


def _refuse_locked(session: Session, name: str) -> None:
    since = now() - LOCKOUT
    failures = session.scalar(
        select(func.count()).where(SignInFailure.name == name, SignInFailure.failed_at >= since)
    )
    if failures is not None and failures >= MAX_FAILURES:
        minutes = int(LOCKOUT.total_seconds() // 60)
        raise TooManyRequestsError(
            f"Too many failed attempts. Wait {minutes} minutes and try again.", int(LOCKOUT.total_seconds())
        )


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


@cache
def _decoy_hash() -> str:
    return _hasher.hash("nobody has this password")


def _normal(password: str) -> str:
    """The same keys give the same characters on every keyboard and system."""
    return unicodedata.normalize("NFKC", password)
