"""`flask generate-keys`: made once, never overwritten, private ones for the owner's eyes only."""

import base64
import json
import stat
from pathlib import Path

import pytest

from backend.config import Settings
from backend.errors import EnvelopeError, KeyMaterialError
from backend.keys import channel_key, generate_keys, release_key, trusted_keys
from backend.signing import CHANNEL_TYPE, MANIFEST_TYPE, SigningKey, seal, unseal


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment(
        {
            "KEYS_DIR": str(tmp_path / "keys"),
            "SECRET_KEY_FILE": str(tmp_path / "secret-key"),
        },
        serving=False,
    )


def generate(settings: Settings) -> list[str]:
    told: list[str] = []
    generate_keys(settings, told.append)
    return told


def contents(settings: Settings) -> list[bytes]:
    return [path.read_bytes() for path in (settings.secret_key_file, *sorted(settings.keys_dir.iterdir()))]


def test_the_second_run_changes_nothing(settings: Settings) -> None:
    assert all(line.startswith("made") for line in generate(settings))
    before = contents(settings)
    assert all(line.startswith("kept") for line in generate(settings))
    assert contents(settings) == before


def test_private_files_are_for_their_owner_alone(settings: Settings) -> None:
    generate(settings)
    for path in (settings.secret_key_file, settings.release_key_file, settings.channel_key_file):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_interrupted_run_is_finished_by_the_next(settings: Settings) -> None:
    generate(settings)
    release = settings.release_key_file.read_bytes()
    settings.trusted_keys_file.unlink()
    settings.channel_key_file.unlink()

    generate(settings)

    assert settings.release_key_file.read_bytes() == release
    assert list(trusted_keys(settings, "channel")) == [channel_key(settings).key_id]


def test_a_release_key_that_was_moved_away_is_not_replaced(settings: Settings) -> None:
    generate(settings)
    settings.release_key_file.unlink()
    assert any("release key" in line and "elsewhere" in line for line in generate(settings))
    assert not settings.release_key_file.exists()


def test_a_key_that_apps_do_not_trust_signs_nothing(settings: Settings) -> None:
    generate(settings)
    settings.release_key_file.write_bytes(SigningKey.generate().to_pem())
    with pytest.raises(KeyMaterialError, match="apps would refuse"):
        release_key(settings)
    with pytest.raises(KeyMaterialError, match="Put the right key back"):
        generate(settings)


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_file_that_holds_no_key_is_named(settings: Settings, content: bytes) -> None:
    generate(settings)
    settings.channel_key_file.write_bytes(content)
    with pytest.raises(KeyMaterialError, match=r"channel-key\.pem"):
        channel_key(settings)


def test_an_envelope_opens_only_unaltered_with_its_type_and_a_trusted_key() -> None:
    key = SigningKey.generate()
    trusted = {key.key_id: key.public}
    envelope = seal(MANIFEST_TYPE, b'{"version":"1.0.0"}', key)

    assert unseal(envelope, MANIFEST_TYPE, trusted) == b'{"version":"1.0.0"}'
    with pytest.raises(EnvelopeError, match="no trusted key"):
        unseal(envelope, MANIFEST_TYPE, {})
    with pytest.raises(EnvelopeError, match="not 'application/vnd"):
        unseal(envelope, CHANNEL_TYPE, trusted)
    with pytest.raises(EnvelopeError, match="altered"):
        unseal(envelope.replace(b"eyJ2", b"eyJ3"), MANIFEST_TYPE, trusted)
    with pytest.raises(EnvelopeError, match="no signed envelope"):
        unseal(b"[]", MANIFEST_TYPE, trusted)


def test_the_signature_is_over_the_pre_authentication_encoding_of_dsse() -> None:
    key = SigningKey.generate()
    # The example of DSSE's protocol.md: type http://example.com/HelloWorld, payload "hello world".
    envelope = seal("http://example.com/HelloWorld", b"hello world", key)
    signed = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"

    signature = base64.b64decode(json.loads(envelope)["signatures"][0]["sig"])
    key.private.public_key().verify(signature, signed)
