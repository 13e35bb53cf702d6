"""Boxes that reviewers draw: stored with who drew them, shown again, handed to training, and gone with the report."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from backend.drawn_boxes import Corners, standing
from backend.models import DrawnBox, Label
from backend.operator_accounts import create_operator
from backend.services import Services
from ml.dataset import load_datasets
from ml.detect.annotations import annotated
from ml.detect.boxes import read_boxes
from tests.backend.reports import TOKEN
from tests.backend.test_feedback_export import Desk, export, rows
from tests.backend.test_operator_pages import PASSWORD, csrf_token, sign_in

FIRST, SECOND = Corners(0.1, 0.2, 0.5, 0.6), Corners(0.5, 0.25, 0.9, 0.95)


@pytest.fixture
def desk(client: FlaskClient, services: Services) -> Desk:
    """Where maria has signed in."""
    create_operator(services.database, "maria", PASSWORD)
    create_operator(services.database, "paul", PASSWORD)
    sign_in(client)
    return Desk(client, services)


def draw(desk: Desk, feedback_id: str, *boxes: Corners, **changes: Any) -> TestResponse:
    """Open a photo's page, and send its form with these boxes."""
    address = f"/operator/review/{feedback_id}/boxes"
    page = desk.client.get(address).text
    (seen,) = re.findall(r'name="seen" value="([^"]*)"', page)
    form: dict[str, Any] = {"csrf_token": csrf_token(page), "seen": seen}
    for index, edge in enumerate(Corners._fields):
        form[edge] = [f"{100 * box[index]:g}" for box in boxes]
    return desk.client.post(address, data=form | changes)


def drawn(services: Services) -> list[DrawnBox]:
    with services.database.reading() as session:
        return list(session.scalars(select(DrawnBox).order_by(DrawnBox.id)))


def test_boxes_are_kept_with_who_drew_them_and_shown_again(desk: Desk, services: Services) -> None:
    hotdog = desk.settled()
    assert f"/operator/review/{hotdog}/boxes" in desk.client.get("/operator/review/boxes").text

    assert draw(desk, hotdog, FIRST, SECOND).status_code == 303

    assert [(box.x0, box.y0, box.x1, box.y1, box.label, box.operator) for box in drawn(services)] == [
        (*corners, Label.POSITIVE, "maria") for corners in (FIRST, SECOND)
    ]
    page = desk.client.get(f"/operator/review/{hotdog}").text
    assert "2 boxes drawn by maria" in page
    assert page.count("<rect") == 2
    assert (
        'name="x0" type="number" min="0" max="100"'
        in desk.client.get(f"/operator/review/{hotdog}/boxes").text
    )
    assert "has boxes." in desk.client.get("/operator/review/boxes").text


def test_changing_boxes_leaves_a_history(desk: Desk, app: APIFlask, services: Services) -> None:
    hotdog = desk.settled()
    draw(desk, hotdog, FIRST, SECOND)
    draw(desk, hotdog, FIRST, SECOND)
    other = Desk(app.test_client(), services)
    sign_in(other.client, name="paul")

    draw(other, hotdog, FIRST)

    first, second = drawn(services)
    assert (first.removed_at, first.operator) == (None, "maria")
    assert (second.removed_by, second.operator) == ("paul", "maria")
    assert "removed by paul" in desk.client.get(f"/operator/review/{hotdog}/boxes").text


def test_who_draws_at_the_same_time_is_told(desk: Desk, services: Services) -> None:
    hotdog = desk.settled()
    draw(desk, hotdog, FIRST)
    answer = draw(desk, hotdog, SECOND, seen="")
    assert answer.status_code == 409
    assert "Somebody else drew" in answer.text
    assert 'value="90"' in answer.text, "what was drawn is still in the form"
    assert len(drawn(services)) == 1


def test_of_two_who_save_at_once_one_is_told(
    desk: Desk, app: APIFlask, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    hotdog = desk.settled()
    other = Desk(app.test_client(), services)
    sign_in(other.client, name="paul")

    def slowly(session: Session, feedback_id: str) -> list[DrawnBox]:
        found = standing(session, feedback_id)
        time.sleep(0.3)
        return found

    monkeypatch.setattr("backend.operator_pages.boxes.standing", slowly)
    with ThreadPoolExecutor(2) as threads:
        answers = [
            threads.submit(draw, desk, hotdog, FIRST, seen=""),
            threads.submit(draw, other, hotdog, SECOND, seen=""),
        ]
    assert sorted(answer.result().status_code for answer in answers) == [303, 409]
    assert [box.removed_at for box in drawn(services)] == [None]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"x1": ["120"]}, "reaches out of the photo"),
        ({"x1": ["10"]}, "is too small"),
        ({"x1": ["nan"]}, "reaches out of the photo"),
        ({"x1": ["wide"]}, "a number from 0 to 100"),
    ],
)
def test_a_senseless_box_is_refused_and_nothing_is_lost(
    desk: Desk, services: Services, changes: dict[str, Any], told: str
) -> None:
    answer = draw(desk, desk.settled(), FIRST, **changes)
    assert answer.status_code == 422
    assert told in answer.text
    assert f'value="{changes["x1"][0]}"' in answer.text
    assert drawn(services) == []


def test_drawing_is_offered_after_a_hotdog_but_never_asked_for(desk: Desk) -> None:
    hotdog, other = desk.settled(), desk.settled("negative")
    token = csrf_token(desk.client.get(f"/operator/review/{hotdog}").text)
    for feedback_id, decision, offered in ((hotdog, "positive", True), (other, "negative", False)):
        form = {"decision": decision, "csrf_token": token}
        answer = desk.client.post(f"/operator/review/{feedback_id}", data=form)
        assert answer.location.startswith("/operator/review")
        page = desk.client.get(answer.location).text
        assert (f"/operator/review/{feedback_id}/boxes?then=review" in page) == offered
    back = desk.client.get(f"/operator/review/{hotdog}/boxes?then=review").text
    assert 'data-key="k" aria-keyshortcuts="k" href="/operator/review"' in back


def test_training_reads_the_boxes_of_an_export(desk: Desk, runner: FlaskCliRunner, tmp_path: Path) -> None:
    boxed, unboxed, negative = desk.settled(), desk.settled(), desk.settled("negative")
    changed_mind = desk.settled()
    draw(desk, boxed, SECOND, FIRST)
    draw(desk, changed_mind, FIRST)
    desk.decides(changed_mind, "negative")
    dest = tmp_path / "out"

    assert "2  boxes that reviewers drew" in export(runner, dest)

    (listed,) = read_boxes(dest / "boxes.csv")
    file_of = {row["feedback_id"]: row for row in rows(dest)}
    assert (listed.file, listed.sha256) == (file_of[boxed]["file"], file_of[boxed]["sha256"])
    dataset = load_datasets([dest])
    known = {picture.example.sha256: picture for picture in annotated(dataset, [dest])}
    assert known[file_of[boxed]["sha256"]].boxes.tolist() == [
        pytest.approx(box, abs=1e-6) for box in (SECOND, FIRST)
    ]
    assert file_of[unboxed]["sha256"] not in known, "nobody said that it holds nothing"
    for empty in (negative, changed_mind):
        assert len(known[file_of[empty]["sha256"]].boxes) == 0


def test_boxes_go_with_the_report(
    desk: Desk, services: Services, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    taken_back, forgotten = desk.settled(), desk.settled()
    for feedback_id in (taken_back, forgotten):
        draw(desk, feedback_id, FIRST)
    export(runner, tmp_path / "out")
    assert len(read_boxes(tmp_path / "out/boxes.csv")) == 2

    desk.client.delete(f"/api/v1/feedback/{taken_back}", headers={"Deletion-Token": TOKEN})
    assert runner.invoke(args=["forget", forgotten]).exit_code == 0

    with services.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(DrawnBox)) == 0
    export(runner, tmp_path / "out")
    assert read_boxes(tmp_path / "out/boxes.csv") == []
    assert desk.client.get(f"/operator/review/{taken_back}/boxes").status_code == 404
