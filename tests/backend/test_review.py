"""The review: who decides what, what follows from it, and the way back."""

import html
import io
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from PIL import Image, ImageEnhance
from sqlalchemy import select, update

from backend.models import Decision, Feedback, Label, Operator, Photo, PhotoScore, Review, ReviewState
from backend.near_duplicates import difference_hash, look_alike
from backend.objects import stored_key
from backend.operator_accounts import mark_of
from backend.reviews import standing
from backend.services import Services
from backend.storage import StoredObject
from ml.interpreter import Interpreter
from ml.pixels import photo_to_tensor
from tests.backend.commands import run
from tests.backend.reports import TOKEN, jpeg, report, send
from tests.bundles import FIRST_BUNDLE, PADDING, republished

PHOTOS = Path(__file__).parents[1] / "loop/photos"
HOTDOG, BURGER = (PHOTOS / "hotdog.jpg").read_bytes(), (PHOTOS / "burger.jpg").read_bytes()
P, N, U, X, S = Decision.POSITIVE, Decision.NEGATIVE, Decision.UNSURE, Decision.UNUSABLE, Decision.SPAM
OPEN, DISPUTED, SETTLED = ReviewState


class Reviewer:
    """Somebody at the pages, through a browser of their own."""

    def __init__(self, app: APIFlask, services: Services, name: str) -> None:
        operator = Operator(name=name, password_hash="signing in has its own tests, and takes a while")
        with services.database.writing() as session:
            session.add(operator)
        self.client = app.test_client()
        with self.client.session_transaction("/operator") as cookie:
            cookie.update(operator_id=operator.id, mark=mark_of(operator))

    def page(self, address: str = "/operator/review") -> str:
        answer = self.client.get(address)
        assert answer.status_code == 200
        return answer.text

    def sees(self, address: str = "/operator/review") -> str | None:
        """Return the id of the complaint on the page."""
        found = re.search(
            r'<form class="decide"[^>]* action="/operator/review/([0-9a-f-]+)', self.page(address)
        )
        return found[1] if found else None

    def decides(self, feedback_id: str, decision: str, *also: str, query: str = "") -> str:
        """Press a key, and return the page that follows."""
        form = {"decision": decision, "also": list(also), "csrf_token": self._token(self.page())}
        answer = self.client.post(f"/operator/review/{feedback_id}{query}", data=form)
        assert answer.status_code == 303, answer.text
        return self.page(answer.location)

    def undoes(self) -> str:
        form = {"csrf_token": self._token(self.page())}
        answer = self.client.post("/operator/review/undo", data=form)
        assert answer.status_code == 303
        return self.page(answer.location)

    @staticmethod
    def _token(page: str) -> str:
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        return token[1]


@pytest.fixture
def maria(app: APIFlask, services: Services) -> Reviewer:
    return Reviewer(app, services, "maria")


@pytest.fixture
def paul(app: APIFlask, services: Services) -> Reviewer:
    return Reviewer(app, services, "paul")


def sent(client: FlaskClient, photo: bytes | None = b"any", **fields: Any) -> str:
    """Send a complaint; unless told otherwise about a photo of its own, which looks like no other."""
    document = report(**fields)
    if photo == b"any":
        photo = noise()
    assert send(client, document, photo).status_code == 201
    return str(document["id"])


def noise() -> bytes:
    encoded = io.BytesIO()
    Image.frombytes("L", (16, 16), os.urandom(256)).resize((256, 256)).save(encoded, "JPEG")
    return encoded.getvalue()


def found(services: Services, feedback_id: str) -> Feedback:
    with services.database.reading() as session:
        return session.get_one(Feedback, feedback_id)


@pytest.mark.parametrize(
    ("claimed", "decisions", "state", "outcome"),
    [
        ("positive", [], OPEN, None),
        ("positive", [P], SETTLED, P),
        ("positive", [N], DISPUTED, None),
        ("positive", [U], DISPUTED, None),
        ("positive", [N, N], SETTLED, N),
        ("positive", [N, P], SETTLED, P),
        ("positive", [U, P], SETTLED, P),
        ("positive", [U, N], DISPUTED, None),
        ("positive", [U, N, N], SETTLED, N),
        ("positive", [N, N, P], DISPUTED, None),
        ("positive", [N, N, P, N], SETTLED, N),
        ("negative", [N], SETTLED, N),
        ("negative", [X], SETTLED, X),
        ("negative", [S], SETTLED, S),
        ("negative", [P, X], SETTLED, X),
    ],
)
def test_a_complaint_is_settled_when_two_agree(
    claimed: str, decisions: list[Decision], state: ReviewState, outcome: Decision | None
) -> None:
    assert standing(Label(claimed), decisions) == (state, outcome)


def test_the_surest_mistake_is_shown_first(client: FlaskClient, maria: Reviewer) -> None:
    sent(client, score=0.6)
    sure = sent(client, score=0.01)
    middling = sent(client, score=0.95, verdict="positive", claimed_label="negative")
    assert maria.sees() == sure
    assert f"/operator/review/{middling}" in maria.decides(sure, "positive")


def test_a_decision_says_who_what_and_when(client: FlaskClient, services: Services, maria: Reviewer) -> None:
    complaint = sent(client, jpeg())
    following = maria.decides(complaint, "positive")
    assert "Positive" in following
    assert "All done" in following
    assert found(services, complaint).outcome is Decision.POSITIVE
    page = maria.page(f"/operator/review/{complaint}")
    assert re.search(r"maria,\s*<time", page)


def test_what_is_disputed_goes_to_a_second_reviewer_alone(
    client: FlaskClient, services: Services, maria: Reviewer, paul: Reviewer
) -> None:
    complaint = sent(client)
    maria.decides(complaint, "negative")
    assert found(services, complaint).review_state is DISPUTED
    assert maria.sees() is None
    assert paul.sees() == complaint
    paul.decides(complaint, "negative")
    assert (found(services, complaint).review_state, found(services, complaint).outcome) == (SETTLED, N)


def test_the_only_operator_settles_disputes_alone_and_the_history_says_so(
    app: APIFlask, client: FlaskClient, services: Services, maria: Reviewer
) -> None:
    complaint, agreed = sent(client), sent(client)
    maria.decides(complaint, "negative")
    maria.decides(agreed, "positive")
    assert (found(services, complaint).review_state, found(services, complaint).outcome) == (SETTLED, N)
    assert "maria" in maria.page(f"/operator/review/{complaint}")
    assert "with nobody else to ask" in maria.page(f"/operator/review/{complaint}")
    assert "with nobody else to ask" not in maria.page(f"/operator/review/{agreed}")

    paul = Reviewer(app, services, "paul")
    maria.decides(complaint, "negative")
    assert found(services, complaint).review_state is DISPUTED, "now there is somebody to ask"
    paul.decides(complaint, "positive")
    assert found(services, complaint).outcome is P


def test_what_was_settled_alone_is_open_to_a_second_reviewer(
    app: APIFlask, client: FlaskClient, services: Services, maria: Reviewer
) -> None:
    complaint = sent(client)
    maria.decides(complaint, "negative")
    Reviewer(app, services, "paul").decides(complaint, "positive")
    assert found(services, complaint).outcome is P, "the user and Paul against Maria"


def test_a_complaint_without_a_photo_waits_for_nobody(client: FlaskClient, maria: Reviewer) -> None:
    complaint = sent(client, None)
    assert maria.sees() is None
    page = maria.page(f"/operator/review/{complaint}")
    assert re.findall(r'name="decision" value="(\w+)"', page) == ["unusable", "spam"]
    assert "All done" in maria.decides(complaint, "spam")


def test_undoing_brings_the_complaint_back_and_keeps_the_history(
    client: FlaskClient, services: Services, maria: Reviewer
) -> None:
    complaint = sent(client)
    maria.decides(complaint, "spam")
    page = maria.undoes()
    assert f"/operator/review/{complaint}" in page
    assert "taken back" in page
    assert found(services, complaint).review_state is OPEN
    assert maria.sees() == complaint
    assert "nothing to undo" in maria.undoes()


def test_undoing_is_for_ones_own_decisions(
    client: FlaskClient, services: Services, maria: Reviewer, paul: Reviewer
) -> None:
    complaint = sent(client)
    maria.decides(complaint, "spam")
    paul.undoes()
    assert found(services, complaint).outcome is S


@pytest.mark.usefixtures("paul")
def test_deciding_again_replaces_ones_own_decision(
    client: FlaskClient, services: Services, maria: Reviewer
) -> None:
    complaint = sent(client)
    maria.decides(complaint, "negative")
    maria.decides(complaint, "negative")
    assert found(services, complaint).review_state is DISPUTED, "one reviewer has one voice"
    maria.decides(complaint, "positive")
    assert found(services, complaint).outcome is P


def test_skipping_goes_on_and_leaves_it_for_later(client: FlaskClient, maria: Reviewer) -> None:
    first, second = sent(client, score=0.1), sent(client, score=0.2)
    assert maria.sees(f"/operator/review?after={first}") == second
    done = maria.page(f"/operator/review?after={second}")
    assert "2 that you skipped are left" in done


def test_filters_hold_from_one_complaint_to_the_next(client: FlaskClient, maria: Reviewer) -> None:
    first, _, third = (
        sent(client, platform=platform, score=score)
        for platform, score in (("ios", 0.1), ("web", 0.2), ("ios", 0.3))
    )
    assert maria.sees("/operator/review?platform=ios") == first
    assert f"/operator/review/{third}" in maria.decides(first, "positive", query="?platform=ios")


def altered(photo: bytes) -> bytes:
    """Return the same picture smaller, brighter and compressed harder."""
    with Image.open(io.BytesIO(photo)) as picture:
        smaller = ImageEnhance.Brightness(picture.convert("RGB").resize((300, 200))).enhance(1.08)
    encoded = io.BytesIO()
    smaller.save(encoded, "JPEG", quality=60)
    return encoded.getvalue()


def test_photos_that_look_alike_are_decided_and_undone_together(
    client: FlaskClient, services: Services, maria: Reviewer
) -> None:
    first, alike = sent(client, HOTDOG, score=0.1), sent(client, altered(HOTDOG), score=0.2)
    other, unlike_claim = sent(client, BURGER), sent(client, HOTDOG, claimed_label="negative")
    page = maria.page()
    assert re.findall(r'name="also" value="([^"]+)"', page) == [alike]
    assert "for 2 photos that look alike" in maria.decides(first, "positive", alike)
    assert {found(services, each).outcome for each in (first, alike)} == {P}
    assert {found(services, each).review_state for each in (other, unlike_claim)} == {OPEN}
    maria.undoes()
    assert {found(services, each).review_state for each in (first, alike)} == {OPEN}


def test_the_hash_survives_what_people_do_to_photos_and_tells_others_apart() -> None:
    hotdog, same, burger = (
        np.asarray(Image.open(io.BytesIO(photo))) for photo in (HOTDOG, altered(HOTDOG), BURGER)
    )
    assert look_alike(difference_hash(hotdog), difference_hash(same))
    assert not look_alike(difference_hash(hotdog), difference_hash(burger))
    assert not look_alike(difference_hash(hotdog), difference_hash(hotdog[::-1]))


def test_photos_from_before_there_was_a_hash_are_reviewed_alone(
    client: FlaskClient, services: Services, maria: Reviewer
) -> None:
    for _ in range(2):
        sent(client, HOTDOG)
    with services.database.writing() as session:
        session.execute(update(Photo).values(difference_hash=None))
    assert 'name="also"' not in maria.page()


def test_the_models_own_score_stands_beside_the_phones_and_drift_is_flagged(
    app: APIFlask, client: FlaskClient, services: Services, maria: Reviewer, tmp_path: Path
) -> None:
    runner = app.test_cli_runner()
    for bundle in (FIRST_BUNDLE, republished(FIRST_BUNDLE, tmp_path / "b", "1.0.1")):
        published = runner.invoke(args=["publish-model", str(bundle)])
        assert published.exit_code == 0, published.output
    model = Interpreter((FIRST_BUNDLE / "model.tflite").read_bytes())
    score = model.classify(photo_to_tensor(HOTDOG, model.resolution)).score
    honest = sent(client, HOTDOG, score=round(score, 6), verdict="positive", claimed_label="negative")
    drifting = sent(client, altered(HOTDOG), score=0.1)

    page = html.unescape(maria.page(f"/operator/review/{honest}"))
    assert "Drift:" not in page
    assert "1.0.1 here" in page
    assert "1.0.0 here" in page
    assert "Drift:" in maria.page(f"/operator/review/{drifting}")
    assert "1 of 2 scores" in maria.page("/operator"), "the front page counts them by platform"
    with services.database.reading() as session:
        kept = {row.model_version: row.score for row in session.scalars(select(PhotoScore))}
    assert set(kept) == {"1.0.0", "1.0.1"}
    assert kept["1.0.0"] == pytest.approx(score, abs=0.02)


def test_a_model_that_was_changed_in_the_store_scores_nothing(
    app: APIFlask, client: FlaskClient, services: Services, maria: Reviewer
) -> None:
    run(app.test_cli_runner(), "publish-model", str(FIRST_BUNDLE))
    (model,) = services.store.list("models/")
    services.store.put(stored_key(model.name), services.store.read(model.name).data + PADDING)
    assert "1.0.0 here" not in maria.page(f"/operator/review/{sent(client, HOTDOG)}")
    with services.database.reading() as session:
        assert session.scalars(select(PhotoScore)).all() == []


def test_a_photo_that_is_taken_back_while_it_is_scored_leaves_no_score(
    app: APIFlask, client: FlaskClient, services: Services, maria: Reviewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(app.test_cli_runner(), "publish-model", str(FIRST_BUNDLE))
    complaint = sent(client, HOTDOG)
    read = services.store.read

    def while_it_is_taken_back(name: str) -> StoredObject:
        if name.startswith("models/"):
            client.delete(f"/api/v1/feedback/{complaint}", headers={"Deletion-Token": TOKEN})
        return read(name)

    monkeypatch.setattr(services.store, "read", while_it_is_taken_back)
    maria.page(f"/operator/review/{complaint}")
    with services.database.reading() as session:
        assert session.scalars(select(PhotoScore)).all() == []


def test_a_day_that_no_other_follows_is_no_last_day(maria: Reviewer) -> None:
    maria.page("/operator/review?until=9999-12-31")


def test_a_version_that_was_never_published_here_has_no_score(client: FlaskClient, maria: Reviewer) -> None:
    page = maria.page(f"/operator/review/{sent(client, HOTDOG, model_version='7.7.7')}")
    assert "7.7.7 here" not in page


def test_what_its_owner_deletes_is_gone_from_the_review(
    client: FlaskClient, services: Services, maria: Reviewer
) -> None:
    complaint = sent(client, jpeg())
    maria.decides(complaint, "negative")
    client.delete(f"/api/v1/feedback/{complaint}", headers={"Deletion-Token": TOKEN})
    assert maria.client.get(f"/operator/review/{complaint}").status_code == 404
    assert "deleted by whoever sent it" in maria.decides(complaint, "positive")
    with services.database.reading() as session:
        assert session.scalars(select(Review)).all() == []


def test_a_decision_without_the_token_of_the_form_is_refused(
    client: FlaskClient, services: Services, maria: Reviewer
) -> None:
    complaint = sent(client)
    for address in (f"/operator/review/{complaint}", "/operator/review/undo"):
        assert maria.client.post(address, data={"decision": "spam"}).status_code == 400
    assert found(services, complaint).review_state is OPEN


@pytest.mark.parametrize(("decision", "also"), [("delete", []), ("", []), ("spam", ["x"])])
def test_a_decision_that_there_is_not_is_refused(
    client: FlaskClient, maria: Reviewer, decision: str, also: list[str]
) -> None:
    complaint = sent(client)
    form = {"decision": decision, "also": also, "csrf_token": Reviewer._token(maria.page())}
    assert maria.client.post(f"/operator/review/{complaint}", data=form).status_code == 422
