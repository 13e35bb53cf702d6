"""Signing in and out."""

import logging
from http import HTTPStatus

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from backend import operator_accounts as accounts
from backend.client_address import client_address
from backend.operator_pages.access import current_operator
from backend.operator_pages.blueprint import blueprint
from backend.quotas import sign_in_quotas
from backend.services import services
from backend.sessions import check_csrf_token

log = logging.getLogger(__name__)


@blueprint.get("/sign-in")
def sign_in_form() -> ResponseReturnValue:
    """Ask for name and password."""
    if current_operator():
        return redirect(url_for("operator.overview"), HTTPStatus.SEE_OTHER)
    return render_template("operator/sign_in.html", name="", failed=False)


@blueprint.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Start a session, or ask again."""
    check_csrf_token()
    name = request.form.get("name", "").strip()
    sender = client_address(request, services().settings.trusted_proxies)
    with services().database.writing_rows() as connection:
        sign_in_quotas(services().settings, sender).use(connection)
    operator = accounts.authenticate(services().database, name, request.form.get("password", ""))
    if operator is None:
        log.warning("an operator's sign-in failed, from %s", sender)
        page = render_template("operator/sign_in.html", name=name, failed=True)
        return page, HTTPStatus.UNAUTHORIZED
    session.clear()
    session.permanent = True
    session.update(operator_id=operator.id, mark=accounts.mark_of(operator))
    return redirect(url_for("operator.overview"), HTTPStatus.SEE_OTHER)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the operator's sessions, on this device and on others."""
    check_csrf_token()
    operator = current_operator()
    if operator:
        accounts.sign_out(services().database, operator)
    session.clear()
    return redirect(url_for("operator.sign_in_form"), HTTPStatus.SEE_OTHER)
