"""Who may see which page: the decorators that every view of an operator stands behind."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec

from flask import g, redirect, session, url_for
from flask.typing import ResponseReturnValue

from backend.errors import ForbiddenError
from backend.models import Operator, Role
from backend.operator_accounts import find_operator
from backend.services import services

P = ParamSpec("P")


def signed_in(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Send whoever is not signed in to the sign-in page; `g.operator` is set for the view."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        g.operator = current_operator()
        if g.operator is None:
            return redirect(url_for("operator.sign_in_form"), HTTPStatus.SEE_OTHER)
        return view(*args, **kwargs)

    return guarded


def role_required(
    role: Role,
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Admit signed-in operators who may act as `role`, and answer 403 to the others."""

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if not g.operator.may_act_as(role):
                raise ForbiddenError(
                    f"This is for operators with the role {role}. "
                    f"`flask change-role {g.operator.name} {role}` gives it to you."
                )
            return view(*args, **kwargs)

        return signed_in(guarded)

    return decorate


def current_operator() -> Operator | None:
    """Return who is signed in, or None."""
    if "operator_id" not in session:
        return None
    return find_operator(services().database, session["operator_id"], session.get("mark", ""))
