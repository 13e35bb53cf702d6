"""`flask rotate-keys`: phones follow from set to set, and a run that was killed is finished by the next."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient, FlaskCliRunner

from backend import key_rotation
from backend.database import Database
from backend.errors import EnvelopeError
from backend.key_rotation import rotate_keys
from backend.keys import channel_key, key_set, public_half, read_trusted_keys, release_key, trusted_keys
from backend.kinds import Kind
from backend.objects import key_set_key, manifest_key
from backend.services import Services
from backend.signing import CHANNEL_TYPE, KEYS_TYPE, MANIFEST_TYPE, PublicKeys, SigningKey, seal, unseal
from tests.backend.commands import CHANNEL, channel, refused, run
from tests.backend.crash.killing import kill_at_line, run_and_count
from tests.backend.crash.publishing import prepared
from tests.bundles import FIRST_BUNDLE, republished

KILLS = 16


def fetched_key_set(client: FlaskClient, number: int, trusted: PublicKeys) -> dict[str, Any]:
    """Fetch a set as a phone does that trusts the set before it."""
    answer = client.get(f"/api/v1/keys/{number}.json")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    document: dict[str, Any] = json.loads(unseal(answer.data, KEYS_TYPE, trusted))
    return document


def test_phones_can_follow_from_one_set_to_the_next(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, tmp_path: Path
) -> None:
    settings = services.settings
    run(runner, "publish-model", str(FIRST_BUNDLE))
    first_release, first_channel = release_key(settings), channel_key(settings)

    assert "key set 2" in run(runner, "rotate-keys", "--yes")

    document = fetched_key_set(client, 2, {first_release.key_id: first_release.public})
    assert document == json.loads(read_trusted_keys(settings))
    assert document["number"] == 2
    assert list(document["channel"]) == [channel_key(settings).key_id] != [first_channel.key_id]
    assert set(document["release"]) == {first_release.key_id, release_key(settings).key_id}
    current = channel(services, client)
    assert current["sequence"] == 1
    manifest = client.get(f"/api/v1/manifests/{current['manifest']['version']}.json").data
    assert unseal(manifest, MANIFEST_TYPE, trusted_keys(settings, "release"))
    with pytest.raises(EnvelopeError, match="no trusted key"):
        unseal(
            services.store.read(CHANNEL.name).data, CHANNEL_TYPE, {first_channel.key_id: first_channel.public}
        )
    assert "are what they should be" in run(runner, "verify-store")

    run(runner, "publish-model", str(republished(FIRST_BUNDLE, tmp_path / "second", "1.0.1")))
    second_release = release_key(settings)
    run(runner, "rotate-keys", "--yes")
    assert fetched_key_set(client, 3, {second_release.key_id: second_release.public})["number"] == 3


def test_a_stolen_key_is_got_rid_of(runner: FlaskCliRunner, services: Services, tmp_path: Path) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    stolen = release_key(services.settings).key_id
    run(runner, "rotate-keys", "--yes")
    run(runner, "publish-model", str(republished(FIRST_BUNDLE, tmp_path / "second", "1.0.1")))
    run(runner, "withdraw", "1.0.0", "--reason", "its key was stolen")
    run(runner, "rotate-keys", "--yes")
    assert stolen not in trusted_keys(services.settings, "release")
    assert "are what they should be" in run(runner, "verify-store")


def test_old_private_keys_are_kept_for_the_operator_to_destroy(
    runner: FlaskCliRunner, services: Services
) -> None:
    old = services.settings.release_key_file.read_bytes()
    run(runner, "rotate-keys", "--yes")
    (kept,) = services.settings.keys_dir.glob("release-key.*.old.pem")
    assert kept.read_bytes() == old
    assert kept.stat().st_mode & 0o077 == 0
    assert not (services.settings.keys_dir / "next").exists()


def test_it_asks_first_and_needs_the_old_keys(runner: FlaskCliRunner, services: Services) -> None:
    result = runner.invoke(args=["rotate-keys"], input="n\n")
    assert result.exit_code == 1
    assert not services.store.exists(key_set_key(2).name)
    services.settings.release_key_file.unlink()
    refused(runner, "release key is missing", "rotate-keys", "--yes")


def test_who_rotates_second_is_told_and_keeps_the_keys(runner: FlaskCliRunner, services: Services) -> None:
    before = read_trusted_keys(services.settings)
    services.store.put(key_set_key(2), b"another operator's")
    refused(runner, "somebody else rotated them", "rotate-keys", "--yes")
    assert read_trusted_keys(services.settings) == before
    release_key(services.settings)
    channel_key(services.settings)


def test_a_set_that_was_changed_in_the_store_is_noticed(runner: FlaskCliRunner, services: Services) -> None:
    run(runner, "rotate-keys", "--yes")
    services.store.put(key_set_key(2), b"{}")
    refused(runner, "keys/2.json was changed", "verify-store")
    services.store.delete(key_set_key(2).name)
    refused(runner, "keys/2.json is missing", "verify-store")


def test_a_set_on_the_way_to_the_newest_is_missed_too(
    runner: FlaskCliRunner, services: Services, tmp_path: Path
) -> None:
    for version in ("1.0.0", "1.0.1"):
        run(runner, "publish-model", str(republished(FIRST_BUNDLE, tmp_path / version, version)))
        run(runner, "rotate-keys", "--yes")
    assert "are what they should be" in run(runner, "verify-store")
    second = services.store.read(key_set_key(2).name).data
    services.store.put(key_set_key(2), services.store.read(key_set_key(3).name).data)
    refused(runner, "keys/2.json is not set 2", "verify-store")
    forger = SigningKey.generate()
    forged = key_set(2, release=public_half(forger), channel=public_half(forger))
    services.store.put(key_set_key(2), seal(KEYS_TYPE, forged, forger))
    refused(runner, "keys/3.json is not signed by keys/2.json: one of the two was changed", "verify-store")
    services.store.delete(key_set_key(2).name)
    refused(runner, "keys/2.json is missing", "verify-store")
    services.store.put(key_set_key(2), second)
    assert "are what they should be" in run(runner, "verify-store")


def test_a_rotation_that_is_killed_is_finished_by_the_next(tmp_path: Path) -> None:
    def rotate(folder: Path) -> int:
        database = Database(f"sqlite:///{folder / 'deepdog.sqlite3'}")
        number = rotate_keys(Services(settings_of[folder], database), lambda _: None)
        database.dispose()
        return number

    settings_of = {}
    for name in ("counted", *map(str, range(KILLS))):
        (tmp_path / name).mkdir()
        settings_of[tmp_path / name] = prepared(tmp_path / name)
    lines, _ = run_and_count(lambda: rotate(tmp_path / "counted"))
    draw = random.Random(4711)
    for number in range(KILLS):
        folder = tmp_path / str(number)
        settings = settings_of[folder]
        first = release_key(settings)
        kill_at_line(lambda folder=folder: rotate(folder), draw.randrange(lines))  # type: ignore[misc]

        # A kill after the very last step but one starts a rotation of its own.
        assert rotate(folder) in (2, 3)

        database = Database(settings.database_url)
        services = Services(settings, database)
        envelope = services.store.read(key_set_key(2).name).data
        assert json.loads(unseal(envelope, KEYS_TYPE, {first.key_id: first.public}))["number"] == 2
        release_key(settings)
        channel_key(settings)
        assert not (settings.keys_dir / "next").exists()
        database.dispose()


def interrupt(runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Begin a rotation, and press Ctrl-C just before a step of it."""

    def abort(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(key_rotation, step, abort)
        assert runner.invoke(args=["rotate-keys", "--yes"]).exit_code == 1


def test_what_is_published_while_a_rotation_waits_is_trusted_after_it(
    runner: FlaskCliRunner, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt(runner, monkeypatch, "_publish")
    run(runner, "publish-model", str(FIRST_BUNDLE))
    run(runner, "rotate-keys", "--yes")
    manifest = services.store.read(manifest_key(Kind.CLASSIFIER, "1.0.0").name).data
    assert unseal(manifest, MANIFEST_TYPE, trusted_keys(services.settings, "release"))


@pytest.mark.parametrize("step", ["_old_name", "_move"])
def test_nothing_is_published_with_keys_that_are_about_to_be_replaced(
    runner: FlaskCliRunner, services: Services, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    interrupt(runner, monkeypatch, step)
    assert services.store.exists(key_set_key(2).name)
    refused(runner, "`flask rotate-keys` was interrupted", "publish-model", str(FIRST_BUNDLE))
    assert "`flask rotate-keys` finishes it" in runner.invoke(args=["doctor"]).output
    run(runner, "rotate-keys", "--yes")
    run(runner, "publish-model", str(FIRST_BUNDLE))
    assert "are what they should be" in run(runner, "verify-store")


def test_a_version_that_phones_trust_no_more_is_named_and_can_be_succeeded(
    runner: FlaskCliRunner, services: Services, tmp_path: Path
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    for file in services.settings.keys_dir.iterdir():
        file.unlink()
    run(runner, "generate-keys")
    run(runner, "sync-channel")
    refused(runner, "manifests/1.0.0.json is refused by phones", "verify-store")
    refused(runner, "Give the model a new version", "publish-model", str(FIRST_BUNDLE))
    successor = str(republished(FIRST_BUNDLE, tmp_path / "second", "1.0.1"))
    refused(runner, "cannot be compared with the live 1.0.0", "publish-model", successor)
    run(runner, "publish-model", successor, "--force", "its key is gone")
    run(runner, "withdraw", "1.0.0", "--reason", "its key is gone")
    assert "are what they should be" in run(runner, "verify-store")


def test_before_the_first_model_keys_can_be_rotated_too(services: Services) -> None:
    assert rotate_keys(services, lambda _: None) == 2
