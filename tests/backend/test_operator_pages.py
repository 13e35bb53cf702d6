"""/operator: who may see the complaints, and what they see."""

import html
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookies import SimpleCookie

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from backend.config import Settings
from backend.models import Feedback, Role, SignInFailure, now
from backend.objects import PHOTO_PREFIX
from backend.operator_accounts import LOCKOUT, MAX_FAILURES, change_role, create_operator, reset_password_of
from backend.operator_pages.access import role_required
from backend.operator_pages.complaints import PAGE_SIZE
from backend.retention import forget_what_is_past_retention
from backend.services import EXTENSION, Services
from tests.backend.reports import jpeg, report, send

PASSWORD = "correct horse battery staple"


@pytest.fixture
def public_url() -> str:
    return "http://127.0.0.1:8000"


@pytest.fixture
def settings(settings: Settings, public_url: str) -> Settings:
    return replace(settings, public_url=public_url)


@pytest.fixture(autouse=True)
def maria(services: Services) -> None:
    create_operator(services.database, "maria", PASSWORD)


def csrf_token(page: str) -> str:
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    return token[1]


def sign_in(client: FlaskClient, password: str = PASSWORD, name: str = "maria") -> TestResponse:
    token = csrf_token(client.get("/operator/sign-in").text)
    return client.post("/operator/sign-in", data={"name": name, "password": password, "csrf_token": token})


def test_complaints_are_for_operators(client: FlaskClient, services: Services) -> None:
    send(client, report(), jpeg())
    (photo,) = services.store.list(PHOTO_PREFIX)
    for address in (
        "/operator",
        "/operator/",
        "/operator/complaints",
        "/operator/review",
        "/operator/models",
        f"/operator/{photo.name}",
    ):
        answer = client.get(address)
        assert answer.status_code == 303
        assert answer.location.endswith("/operator/sign-in")


def test_an_operator_sees_complaint_and_photo(client: FlaskClient, services: Services) -> None:
    send(client, report(comment="<script>alert(1)</script>"), jpeg())
    (photo,) = services.store.list(PHOTO_PREFIX)
    assert sign_in(client).status_code == 303

    page = client.get("/operator/complaints").text

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert f"/operator/{photo.name}" in page
    assert client.get(f"/operator/{photo.name}").mimetype == "image/jpeg"


@pytest.mark.parametrize("name", ["0" * 64, "%00", "..%2fchannels%2fstable", "a" * 300])
def test_a_photo_that_is_not_there_is_not_found(client: FlaskClient, name: str) -> None:
    send(client, report(), jpeg())
    sign_in(client)
    assert client.get(f"/operator/photos/{name}.jpg").status_code == 404


def test_a_wrong_password_is_refused_and_then_locks_the_name(client: FlaskClient) -> None:
    answers = [sign_in(client, "a wrong password").status_code for _ in range(MAX_FAILURES)]
    assert set(answers) == {401}
    locked = sign_in(client)
    assert locked.status_code == 429
    assert int(locked.headers["Retry-After"]) > 0


def test_one_network_that_guesses_names_has_to_wait(app: APIFlask, services: Services) -> None:
    tight = replace(services.settings, sign_ins_per_address=3)
    app.extensions[EXTENSION] = replace(services, settings=tight)
    client = app.test_client()
    answers = [sign_in(client, name=f"guess-{number}").status_code for number in range(4)]
    assert answers == [401, 401, 401, 429]


def test_the_lock_opens_again(client: FlaskClient, services: Services) -> None:
    for _ in range(MAX_FAILURES):
        sign_in(client, "a wrong password")
    with services.database.writing() as session:
        session.execute(update(SignInFailure).values(failed_at=now() - LOCKOUT))
    assert sign_in(client).status_code == 303


def test_the_sweep_forgets_the_names_of_old_attempts(client: FlaskClient, services: Services) -> None:
    old, recent = "a password, typed into the wrong field", "somebody"
    for name in (old, recent):
        sign_in(client, name=name)
    with services.database.writing() as session:
        aged = now() - LOCKOUT - timedelta(seconds=1)
        session.execute(update(SignInFailure).where(SignInFailure.name == old).values(failed_at=aged))
    forget_what_is_past_retention(services, dry_run=False)
    with services.database.reading() as session:
        assert session.scalars(select(SignInFailure.name)).all() == [recent]


def test_a_name_that_nobody_has_is_answered_like_a_wrong_password(client: FlaskClient) -> None:
    unknown, wrong = sign_in(client, name="nobody"), sign_in(client, "a wrong password")
    assert unknown.status_code == wrong.status_code == 401
    failure = "Name and password do not belong together."
    assert failure in unknown.text
    assert failure in wrong.text


def test_a_failure_is_logged_without_the_password(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in(client, "hunter2hunter2")
    assert "sign-in failed" in caplog.text
    assert "hunter2" not in caplog.text


def test_a_new_password_ends_the_sessions_of_the_old(client: FlaskClient, services: Services) -> None:
    sign_in(client)
    assert client.get("/operator/complaints").status_code == 200
    reset_password_of(services.database, "maria", "another long password")
    assert client.get("/operator").status_code == 303


@pytest.mark.parametrize(
    ("public_url", "only_over_tls"),
    [("https://deepdog.example", {"secure": True}), ("http://127.0.0.1:8000", {})],
)
def test_the_cookie_of_a_session_is_for_these_pages_alone_and_for_half_a_day(
    client: FlaskClient, only_over_tls: dict[str, object]
) -> None:
    cookie = SimpleCookie(sign_in(client).headers["Set-Cookie"])["deepdog_operator"]
    attributes = {name: value for name, value in cookie.items() if value}
    expires = parsedate_to_datetime(str(attributes.pop("expires")))
    assert attributes == {"httponly": True, "samesite": "Lax", "path": "/operator"} | only_over_tls
    assert timedelta(0) < expires - now() <= timedelta(hours=12)


def test_signing_out_ends_the_session(client: FlaskClient) -> None:
    sign_in(client)
    token = csrf_token(client.get("/operator").text)
    assert client.post("/operator/sign-out").status_code == 400
    assert client.get("/operator").status_code == 200, "a forged form signs nobody out"
    cookie = client.get_cookie("deepdog_operator", path="/operator")
    assert cookie is not None
    assert client.post("/operator/sign-out", data={"csrf_token": token}).status_code == 303
    assert client.get("/operator").status_code == 303
    client.set_cookie("deepdog_operator", cookie.value, path="/operator")
    assert client.get("/operator").status_code == 303, "nor does a copy of the cookie bring it back"
    assert sign_in(client).status_code == 303
    assert client.get("/operator").status_code == 200


@pytest.mark.parametrize("at_once", [False, True], ids=["one after the other", "all in one moment"])
def test_complaints_are_shown_page_by_page(client: FlaskClient, services: Services, at_once: bool) -> None:
    sent = [report()["id"] for _ in range(PAGE_SIZE + 2)]
    for feedback_id in sent:
        send(client, report(id=feedback_id))
    if at_once:
        with services.database.writing() as session:
            session.execute(update(Feedback).values(received_at=now()))
    sign_in(client)

    first = client.get("/operator/complaints").text
    second = client.get(link_to_more(first)).text

    newest_first = sorted(sent, reverse=True) if at_once else sent[::-1]
    assert complaints_on(first + second) == newest_first
    assert 'rel="next"' not in second


def test_the_surest_mistakes_come_first_page_by_page(client: FlaskClient) -> None:
    scores = {report()["id"]: n / 100 for n in range(PAGE_SIZE + 3)}
    for feedback_id, score in scores.items():
        # The app is surest of its mistake where it gives what its user calls positive the lowest score.
        send(client, report(id=feedback_id, score=score, claimed_label="positive"))
    sign_in(client)
    first = client.get("/operator/complaints", query_string={"order": "surest"}).text
    second = client.get(link_to_more(first)).text
    assert complaints_on(first + second) == sorted(scores, key=lambda each: scores[each])


@pytest.mark.parametrize(
    ("wanted", "other"),
    [
        ({"version": "1.0.1"}, {"model_version": "1.0.1"}),
        ({"platform": "ios"}, {"platform": "ios"}),
        ({"verdict": "positive"}, {"verdict": "positive", "claimed_label": "negative"}),
    ],
)
def test_complaints_can_be_filtered(
    client: FlaskClient, wanted: dict[str, str], other: dict[str, str]
) -> None:
    fits = report(**other)
    for document in (report(), fits, report()):
        send(client, document)
    sign_in(client)
    assert complaints_on(client.get("/operator/complaints", query_string=wanted).text) == [fits["id"]]


def test_complaints_can_be_filtered_by_day(client: FlaskClient, services: Services) -> None:
    old, new = report(), report()
    for document in (old, new):
        send(client, document)
    with services.database.writing() as session:
        long_ago = datetime(2026, 1, 31, 23, 59, tzinfo=UTC)
        session.execute(update(Feedback).where(Feedback.id == old["id"]).values(received_at=long_ago))
    sign_in(client)
    for query, found in (
        ({"until": "2026-01-31"}, [old["id"]]),
        ({"since": "2026-02-01"}, [new["id"]]),
        ({"since": "2026-01-31", "until": "2026-01-30"}, []),
        ({"since": "yesterday"}, [new["id"], old["id"]]),
    ):
        assert complaints_on(client.get("/operator/complaints", query_string=query).text) == found


def complaints_on(page: str) -> list[str]:
    return re.findall('id="c-([^"]+)"', page)


def link_to_more(page: str) -> str:
    link = re.search(r'rel="next" href="([^"]+)"', page)
    assert link
    return html.unescape(link[1])


@pytest.mark.parametrize("after", ["nonsense", "", "e3b0c442-98fc-4c14-9afb-f4c8996fb924", "%00"])
def test_a_page_after_what_is_not_there_is_the_first(client: FlaskClient, after: str) -> None:
    document = report()
    send(client, document)
    sign_in(client)
    assert document["id"] in client.get("/operator/complaints", query_string={"after": after}).text


def test_the_pages_run_no_script_but_our_own_and_are_kept_by_no_cache(client: FlaskClient) -> None:
    sign_in(client)
    headers = client.get("/operator").headers
    assert "default-src 'none'; script-src 'self';" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "private, no-store"
    for page in ("/operator", "/operator/complaints", "/operator/review"):
        assert not re.search(r"<script(?![^>]* src=)| on[a-z]+=| style=", client.get(page).text)


def test_a_form_with_no_token_or_that_of_another_session_is_refused(
    app: APIFlask, client: FlaskClient
) -> None:
    client.get("/operator/sign-in")
    others = csrf_token(app.test_client().get("/operator/sign-in").text)
    for token in ({}, {"csrf_token": others}):
        form = {"name": "maria", "password": PASSWORD} | token
        assert client.post("/operator/sign-in", data=form).status_code == 400


def test_a_reviewer_may_not_do_what_takes_a_publisher(app: APIFlask, services: Services) -> None:
    @app.get("/operator/for-publishers")
    @role_required(Role.PUBLISHER)
    def page() -> str:
        return "welcome"

    client = app.test_client()
    assert client.get("/operator/for-publishers").status_code == 303
    sign_in(client)
    refused = client.get("/operator/for-publishers")
    assert refused.status_code == 403
    assert "<code>flask change-role maria publisher</code> gives it to you." in refused.text
    change_role(services.database, "maria", Role.PUBLISHER)
    assert client.get("/operator/for-publishers").text == "welcome"
