"""/operator/models: what is live and why, and who may change it."""

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import update

from backend.models import Publication, Role, now
from backend.operator_accounts import change_role, create_operator
from backend.services import Services
from tests.backend.commands import channel, run
from tests.backend.test_operator_pages import PASSWORD, csrf_token, sign_in
from tests.bundles import FIRST_BUNDLE, republished

MOVE = "/operator/models/move"


@pytest.fixture
def publisher(client: FlaskClient, services: Services) -> FlaskClient:
    create_operator(services.database, "maria", PASSWORD, Role.PUBLISHER)
    sign_in(client)
    return client


@pytest.fixture
def rolled_out(runner: FlaskCliRunner, tmp_path: Path) -> None:
    """1.0.1, offered to a tenth of the phones that have 1.0.0."""
    run(runner, "publish-model", str(FIRST_BUNDLE))
    second = republished(FIRST_BUNDLE, tmp_path / "second", "1.0.1", "Knows <b>your</b> burger.")
    run(runner, "publish-model", str(second), "--rollout", "10", "--operator", "ada")


def confirm(client: FlaskClient, **arguments: str) -> dict[str, str]:
    """Ask for a move, and return what the form that asks for confirmation would send."""
    page = client.get(MOVE, query_string={"kind": "classifier"} | arguments)
    assert page.status_code == 200, page.text
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))


def standing(page: str, version: str) -> str:
    """Return the word behind a version in the list of all."""
    word: str = re.findall(rf'<h4>{re.escape(version)}</h4><span class="state [a-z]+">([^<]+)</span>', page)[
        0
    ]
    return word


def withdrawal_page(client: FlaskClient, version: str) -> str:
    arguments = {"kind": "classifier", "action": "withdraw", "version": version}
    return client.get(MOVE, query_string=arguments).text


def live_card(page: str) -> str:
    """Return what the page says of the classifier that is live."""
    return page.partition('class="card panel now"')[2].partition("</section>")[0]


@pytest.mark.usefixtures("rolled_out")
def test_everybody_sees_what_is_live_and_what_was(client: FlaskClient, services: Services) -> None:
    create_operator(services.database, "paul", PASSWORD)
    sign_in(client, name="paul")
    page = client.get("/operator/models").text
    recall = f"{100 * json.loads((FIRST_BUNDLE / 'model.json').read_text())['metrics']['recall']:.1f} %"
    for expected in ("rolling out", "the others have 1.0.0", "by ada", recall, "sequence 2"):
        assert expected in page
    assert "Knows &lt;b&gt;your&lt;/b&gt; burger." in page
    assert "flask change-role paul publisher" in page
    assert MOVE not in page


@pytest.mark.usefixtures("rolled_out")
def test_reviewers_move_nothing(client: FlaskClient, services: Services) -> None:
    create_operator(services.database, "paul", PASSWORD)
    sign_in(client, name="paul")
    token = csrf_token(client.get("/operator/models").text)
    assert client.get(MOVE, query_string={"action": "pause"}).status_code == 403
    answer = client.post(MOVE, data={"action": "pause", "sequence": 2, "csrf_token": token})
    assert answer.status_code == 403
    assert channel(services, client)["sequence"] == 2


@pytest.mark.usefixtures("rolled_out")
@pytest.mark.parametrize(
    ("arguments", "version", "percent", "share", "told"),
    [
        ({"action": "rollout", "percent": "50"}, "1.0.1", 50, "50 % of phones", "Rolled out:"),
        ({"action": "pause"}, "1.0.1", 0, "no phone", "Paused:"),
        ({"action": "rollback", "version": "1.0.0"}, "1.0.0", 100, "every phone", "Rolled back:"),
        ({"action": "withdraw", "version": "1.0.1"}, "1.0.0", 100, "every phone", "1.0.1 withdrawn;"),
    ],
    ids=["rollout", "pause", "rollback", "withdraw"],
)
def test_a_publisher_moves_the_channel_with_a_reason_that_is_kept(
    publisher: FlaskClient,
    services: Services,
    arguments: dict[str, str],
    version: str,
    percent: int,
    share: str,
    told: str,
) -> None:
    form = confirm(publisher, **arguments)

    assert publisher.post(MOVE, data=form | {"reason": "because <i>so</i>"}).status_code == 303

    current = channel(services, publisher)
    assert (current["manifest"]["version"], current["rollout"]["percent"]) == (version, percent)
    page = publisher.get("/operator/models").text
    assert f"{version} is now offered to {share}." in page
    assert told in page
    assert "because &lt;i&gt;so&lt;/i&gt;" in page
    assert "maria" in page


@pytest.mark.usefixtures("rolled_out")
def test_a_version_that_phones_have_is_not_called_retired(publisher: FlaskClient) -> None:
    page = publisher.get("/operator/models").text
    assert (standing(page, "1.0.1"), standing(page, "1.0.0")) == ("rolling out", "live for the others")

    publisher.post(MOVE, data=confirm(publisher, action="pause"))
    page = publisher.get("/operator/models").text
    assert (standing(page, "1.0.1"), standing(page, "1.0.0")) == ("paused", "live")

    publisher.post(MOVE, data=confirm(publisher, action="rollout", percent="100"))
    page = publisher.get("/operator/models").text
    assert (standing(page, "1.0.1"), standing(page, "1.0.0")) == ("live", "retired")


@pytest.mark.usefixtures("rolled_out")
def test_a_withdrawal_is_not_said_of_the_model_that_is_live_after_it(
    publisher: FlaskClient, runner: FlaskCliRunner
) -> None:
    assert "Every phone goes back to 1.0.0." in withdrawal_page(publisher, "1.0.1")
    run(runner, "withdraw", "1.0.1", "--reason", "sees hotdogs in clouds")
    page = publisher.get("/operator/models").text
    assert "<strong>1.0.1 withdrawn;</strong> 1.0.0 for every phone" in page
    card = live_card(page)
    assert "<dt>1.0.1 withdrawn</dt>" in card
    assert "hotdogs in clouds" not in card
    assert "There is no usable model before it" in withdrawal_page(publisher, "1.0.0")


@pytest.mark.usefixtures("rolled_out")
def test_who_withdraws_the_model_of_the_other_phones_learns_what_they_have_then(
    publisher: FlaskClient, runner: FlaskCliRunner
) -> None:
    warning = "Phones that are not offered 1.0.1 keep what they have, even a withdrawn model"
    assert warning not in publisher.get("/operator/models").text
    assert "otherwise they keep what they have" in withdrawal_page(publisher, "1.0.0")
    form = confirm(publisher, action="withdraw", version="1.0.0")
    page = publisher.post(MOVE, data=form | {"reason": "too old"}, follow_redirects=True).text
    assert "<strong>1.0.0 withdrawn;</strong> 1.0.1 for 10 % of phones" in page
    assert warning in live_card(page)
    assert "the others keep what they have" in publisher.get("/operator").text
    run(runner, "rollout", "100")
    assert warning not in publisher.get("/operator/models").text


@pytest.mark.usefixtures("rolled_out")
def test_nothing_moves_when_somebody_else_was_first(
    publisher: FlaskClient, runner: FlaskCliRunner, services: Services
) -> None:
    form = confirm(publisher, action="rollout", percent="100")
    run(runner, "pause", "--operator", "ada")
    answer = publisher.post(MOVE, data=form)
    assert answer.status_code == 409
    assert "Somebody moved the channel in the meantime" in answer.text
    assert channel(services, publisher)["rollout"]["percent"] == 0


@pytest.mark.usefixtures("rolled_out")
def test_a_forged_or_senseless_move_is_refused(publisher: FlaskClient, services: Services) -> None:
    form = confirm(publisher, action="rollout", percent="100")
    assert publisher.post(MOVE, data=form | {"csrf_token": "forged"}).status_code == 400
    assert publisher.post(MOVE, data=form | {"action": "publish"}).status_code == 422
    assert publisher.post(MOVE, data=form | {"kind": "oracle"}).status_code == 422
    for percent in ("101", "-1", "ten", ""):
        assert publisher.post(MOVE, data=form | {"percent": percent}).status_code == 422
    assert publisher.post(MOVE, data=form | {"sequence": ""}).status_code == 409
    withdrawal = form | {"action": "withdraw", "version": "1.0.1", "reason": " "}
    assert "give the reason" in publisher.post(MOVE, data=withdrawal).text
    for version in ("9.9.9", "\0"):
        named = {"kind": "classifier", "action": "withdraw", "version": version}
        assert publisher.get(MOVE, query_string=named).status_code == 422
    assert publisher.post(MOVE, data=form | {"action": "rollback", "version": "9\0"}).status_code == 409
    assert channel(services, publisher)["sequence"] == 2


@pytest.mark.usefixtures("rolled_out")
def test_without_the_channel_key_the_page_says_so_and_nothing_changes(
    publisher: FlaskClient, services: Services
) -> None:
    form = confirm(publisher, action="pause")
    services.settings.channel_key_file.unlink()
    answer = publisher.post(MOVE, data=form)
    assert answer.status_code == 409
    assert "channel key is missing" in answer.text
    assert channel(services, publisher)["sequence"] == 2


@pytest.mark.usefixtures("rolled_out")
def test_a_role_that_was_taken_away_ends_at_once(publisher: FlaskClient, services: Services) -> None:
    form = confirm(publisher, action="pause")
    change_role(services.database, "maria", Role.REVIEWER)
    assert publisher.post(MOVE, data=form).status_code == 403


@pytest.mark.usefixtures("rolled_out")
def test_a_channel_that_is_about_to_expire_is_a_warning(publisher: FlaskClient, services: Services) -> None:
    assert "flask refresh-channel" not in publisher.get("/operator/models").text
    with services.database.writing() as session:
        session.execute(update(Publication).values(expires_at=now()))
    assert "The channel has expired" in publisher.get("/operator/models").text


def test_before_the_first_model_the_page_says_how_to_publish_one(publisher: FlaskClient) -> None:
    assert "flask publish-model BUNDLE" in publisher.get("/operator/models").text
