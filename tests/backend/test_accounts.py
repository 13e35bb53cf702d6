"""Operators' accounts: made once, changed only when asked to, and taken away."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from backend.errors import TooManyRequestsError
from backend.models import Operator, Role
from backend.operator_accounts import MAX_FAILURES, authenticate, create_operator, find_operator, mark_of
from backend.services import Services

FIRST, SECOND = "correct horse battery staple", "another long password"


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    return tmp_path / "password"


def create(runner: FlaskCliRunner, file: Path, password: str, *options: str) -> tuple[int, str]:
    file.write_text(f"{password}\n", encoding="utf-8")
    result = runner.invoke(args=["create-operator", "maria", "--password-file", str(file), *options])
    return result.exit_code, result.output


def test_a_taken_name_is_refused_and_keeps_its_password(
    runner: FlaskCliRunner, services: Services, password_file: Path
) -> None:
    code, told = create(runner, password_file, FIRST)
    assert code == 0, told
    code, told = create(runner, password_file, SECOND)
    assert code == 1
    assert "--reset-password" in told
    assert authenticate(services.database, "maria", FIRST)


def test_a_password_is_reset_when_asked_to(
    runner: FlaskCliRunner, services: Services, password_file: Path
) -> None:
    code, told = create(runner, password_file, FIRST, "--reset-password")
    assert code == 1
    assert "There is no operator maria" in told
    create(runner, password_file, FIRST)
    assert create(runner, password_file, SECOND, "--reset-password")[0] == 0
    assert authenticate(services.database, "maria", FIRST) is None
    assert authenticate(services.database, "maria", SECOND)


def test_a_role_beside_a_new_password_is_refused_and_nothing_changes(
    runner: FlaskCliRunner, services: Services, password_file: Path
) -> None:
    create(runner, password_file, FIRST)
    code, told = create(runner, password_file, SECOND, "--reset-password", "--role", "publisher")
    assert code == 2
    assert "`flask change-role maria publisher`" in told
    operator = authenticate(services.database, "maria", FIRST)
    assert operator
    assert operator.role is Role.REVIEWER


def test_a_short_password_is_refused(runner: FlaskCliRunner, password_file: Path) -> None:
    code, told = create(runner, password_file, "short")
    assert code == 1
    assert "this one has 5" in told


def test_a_password_file_that_is_no_text_is_refused(runner: FlaskCliRunner, password_file: Path) -> None:
    password_file.write_bytes(bytes(range(128, 160)))
    result = runner.invoke(args=["create-operator", "maria", "--password-file", str(password_file)])
    assert result.exit_code == 2
    assert "the file is no text" in result.output


def test_a_new_operator_is_a_reviewer_until_made_a_publisher(
    runner: FlaskCliRunner, services: Services, tmp_path: Path
) -> None:
    password = tmp_path / "password"
    password.write_text("correct horse battery staple")
    for name, options, expected in (
        ("maria", [], Role.REVIEWER),
        ("paul", ["--role", "publisher"], Role.PUBLISHER),
    ):
        created = runner.invoke(args=["create-operator", name, "--password-file", str(password), *options])
        assert created.exit_code == 0, created.output
        assert role_of(services, name) is expected
    assert runner.invoke(args=["change-role", "maria", "publisher"]).output == "maria is a publisher now.\n"
    assert role_of(services, "maria") is Role.PUBLISHER
    assert "There is no operator nobody" in runner.invoke(args=["change-role", "nobody", "reviewer"]).output


def test_an_operator_who_was_removed_can_no_longer_sign_in(
    runner: FlaskCliRunner, services: Services, password_file: Path
) -> None:
    create(runner, password_file, FIRST)
    operator = authenticate(services.database, "maria", FIRST)
    assert operator
    assert runner.invoke(args=["remove-operator", "maria"]).output == "maria can no longer sign in.\n"
    assert authenticate(services.database, "maria", FIRST) is None
    assert find_operator(services.database, operator.id, mark_of(operator)) is None, "sessions end"
    assert "There is no operator maria" in runner.invoke(args=["remove-operator", "maria"]).output


def test_a_name_that_nobody_has_costs_as_much_as_any_other(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_operator(services.database, "maria", FIRST)
    assert authenticate(services.database, "nobody", FIRST) is None, "from the second on, all is prepared"
    computed: list[tuple[str | bytes, type[Exception]]] = []
    verify = PasswordHasher.verify

    def watched_verify(hasher: PasswordHasher, password_hash: str | bytes, password: str | bytes) -> bool:
        try:
            return verify(hasher, password_hash, password)
        except Exception as error:
            computed.append((password_hash, type(error)))
            raise

    def refused_hash(*_: object) -> str:
        pytest.fail("hashing takes as long as verifying, once more")

    monkeypatch.setattr(PasswordHasher, "verify", watched_verify)
    monkeypatch.setattr(PasswordHasher, "hash", refused_hash)
    for name in ("maria", "nobody"):
        assert authenticate(services.database, name, SECOND) is None

    (marias, of_maria), (decoy, of_nobody) = computed
    assert (of_maria, of_nobody) == (VerifyMismatchError, VerifyMismatchError), "argon2 computed to the end"
    assert extract_parameters(str(decoy)) == extract_parameters(str(marias))


def role_of(services: Services, name: str) -> Role:
    with services.database.reading() as session:
        return session.scalars(select(Operator.role).where(Operator.name == name)).one()


def test_attempts_at_once_are_no_more_than_one_after_another(services: Services) -> None:
    create_operator(services.database, "maria", FIRST)

    def guess(number: int) -> str:
        try:
            return "in" if authenticate(services.database, "maria", f"wrong password {number}") else "wrong"
        except TooManyRequestsError:
            return "locked"

    with ThreadPoolExecutor(12) as burglars:
        answers = Counter(burglars.map(guess, range(12)))
    assert answers == {"wrong": MAX_FAILURES, "locked": 12 - MAX_FAILURES}


def test_the_right_password_forgets_the_failures_before_it(services: Services) -> None:
    create_operator(services.database, "maria", FIRST)
    for _ in range(2):
        for _ in range(MAX_FAILURES - 1):
            assert authenticate(services.database, "maria", "a wrong password") is None
        assert authenticate(services.database, "maria", FIRST)
