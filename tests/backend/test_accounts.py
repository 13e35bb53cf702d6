"""Operators' accounts: made once, changed only when asked to, and taken away."""

from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from backend.models import Operator, Role
from backend.operator_accounts import authenticate, find_operator, mark_of
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


def test_a_short_password_is_refused(runner: FlaskCliRunner, password_file: Path) -> None:
    code, told = create(runner, password_file, "short")
    assert code == 1
    assert "this one has 5" in told


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


def role_of(services: Services, name: str) -> Role:
    with services.database.reading() as session:
        return session.scalars(select(Operator.role).where(Operator.name == name)).one()
