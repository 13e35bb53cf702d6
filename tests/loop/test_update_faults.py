"""Wrong updates in a real browser before a server that misbehaves: refused, with the reason, and the app classifies as before."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from backend.signing import CHANNEL_TYPE, MANIFEST_TYPE, SigningKey, seal
from tests.bundles import MEGABYTES, NEXT_VERSION, SHIPPED, VERSION, republished
from tests.loop.conftest import PHOTOS, new_phone
from tests.loop.misbehaving import Exchange, MisbehavingServer
from tests.loop.server import ROOT, Server

TABLE = ROOT / "docs/update-faults.md"
CHANNEL = "/api/v1/channels/stable.json"
MANIFEST = f"/api/v1/manifests/{NEXT_VERSION}.json"
LONG_AGO = {"issued_at": "2020-01-01T00:00:00Z", "expires_at": "2020-02-01T00:00:00Z"}
FAR_AHEAD = {"issued_at": "2026-11-24T08:00:00Z", "expires_at": "2099-01-01T00:00:00Z"}


class Publisher:
    """The next version, published anew for each test, well or badly, with the keys that the built web app trusts."""

    def __init__(self, misbehaving: MisbehavingServer, bundle: Path) -> None:
        keys = ROOT / "var/keys"
        self.channel_key, self.release_key = (
            SigningKey.from_pem((keys / f"{role}-key.pem").read_bytes(), role)
            for role in ("channel", "release")
        )
        self.server = misbehaving
        self.weights = (bundle / "model.tflite").read_bytes()
        self.description: dict[str, Any] = json.loads((bundle / "model.json").read_text(encoding="utf-8"))
        self.model = f"/api/v1/models/{self.description['sha256']}.tflite"
        self.announce()

    def announce(
        self,
        channel: dict[str, Any] | None = None,
        description: dict[str, Any] | None = None,
        channel_key: SigningKey | None = None,
        release_key: SigningKey | None = None,
    ) -> None:
        """Sign and serve manifest and channel, changed as told."""
        manifest = seal(
            MANIFEST_TYPE,
            json.dumps(self.description | (description or {})).encode(),
            release_key or self.release_key,
        )
        document = {
            "schema_version": 1,
            "channel": "stable",
            "sequence": 7,
            "manifest": {"version": NEXT_VERSION, "sha256": hashlib.sha256(manifest).hexdigest()},
            "previous": None,
            "rollout": {"percent": 100, "salt": "0" * 32},
            "min_app_version": "1.0.0",
            **FAR_AHEAD,
            **(channel or {}),
        }
        self.serve(MANIFEST, manifest)
        self.serve(
            CHANNEL, seal(CHANNEL_TYPE, json.dumps(document).encode(), channel_key or self.channel_key)
        )

    def serve(self, path: str, body: bytes) -> None:
        """Serve other bytes than the backend has."""
        self.server.faults["GET", path] = lambda exchange: exchange.respond(200, body)

    def offer_with_wrong_signature(self) -> None:
        """Another key signs, and says that it is the trusted one."""
        stranger = SigningKey.generate()
        self.announce(channel_key=stranger)
        envelope = json.loads(seal(CHANNEL_TYPE, b"{}", stranger))
        envelope["signatures"][0]["keyid"] = self.channel_key.key_id
        self.serve(CHANNEL, json.dumps(envelope).encode())

    def break_off_the_model(self) -> None:
        """Cut the connection in the middle of the file, every time."""
        half = len(self.weights) // 2
        self.server.faults["GET", self.model] = lambda exchange: exchange.break_off(self.weights, half)

    def need_the_next_runtime(self) -> None:
        """Offer a model with operators that this app does not have."""
        self.announce(description={"min_runtime_version": "99.0.0"})

    def fail_the_self_test(self) -> None:
        """Promise a score that the model does not give."""
        self.announce(
            description={"self_test": self.description["self_test"] | {"score": 0.123, "tolerance": 0.001}}
        )


FAULTS: dict[str, tuple[str, Callable[[Publisher], None]]] = {
    "truncated": ("bad_size", lambda p: p.serve(p.model, p.weights[:-1])),
    "bit-flipped": ("bad_hash", lambda p: p.serve(p.model, bytes([p.weights[0] ^ 1]) + p.weights[1:])),
    "wrong signature": ("bad_signature", Publisher.offer_with_wrong_signature),
    "unknown channel key": ("unknown_key", lambda p: p.announce(channel_key=SigningKey.generate())),
    "unknown release key": ("unknown_key", lambda p: p.announce(release_key=SigningKey.generate())),
    "expired": ("expired", lambda p: p.announce(channel=LONG_AGO)),
    "needs a newer app": ("app_too_old", lambda p: p.announce(channel={"min_app_version": "99.0.0"})),
    "needs a newer runtime": ("runtime_too_old", Publisher.need_the_next_runtime),
    "self-test off": ("self_test_failed", Publisher.fail_the_self_test),
    "server gone half-way": ("network", Publisher.break_off_the_model),
    "channel is a web page": ("bad_envelope", lambda p: p.serve(CHANNEL, b"<!doctype html>")),
}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return republished(
        SHIPPED, tmp_path_factory.mktemp("bundle") / "next", NEXT_VERSION, "Knows your burger."
    )


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory, bundle: Path) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("backend"), keys=ROOT / "var/keys")
    server.flask("db", "upgrade")
    server.flask("publish-model", str(SHIPPED))
    server.flask("publish-model", str(bundle))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def misbehaving(backend: Server) -> Iterator[MisbehavingServer]:
    server = MisbehavingServer(backend.port)
    yield server
    server.close()


@pytest.fixture
def publisher(misbehaving: MisbehavingServer, bundle: Path) -> Publisher:
    return Publisher(misbehaving, bundle)


@pytest.fixture
def phone(browser: Browser, misbehaving: MisbehavingServer) -> Iterator[BrowserContext]:
    yield from new_phone(browser, misbehaving.port, service_workers="block")


def open_settings(phone: BrowserContext) -> Page:
    """Open the page and its settings, and wait until the check at the start has ended."""
    page = phone.new_page()
    page.goto("/")
    page.get_by_test_id("settings").click()
    # In this order: the button is enabled before the check has begun, too.
    expect(page.get_by_test_id("update-state")).not_to_contain_text("Not checked yet")
    expect(page.get_by_test_id("check-update")).to_be_enabled()
    return page


def check_now(page: Page) -> None:
    page.get_by_test_id("check-update").click()
    expect(page.get_by_test_id("check-update")).to_be_enabled()


def expect_refusal(page: Page, fault: str, code: str, keeps: str) -> None:
    """See the reason in the settings and the version that classifies a photo all the same, as docs/update-faults.md has them."""
    refusal = page.get_by_test_id("last-refusal")
    expect(refusal).to_contain_text(f"({code},")
    sentence = refusal.inner_text().rpartition(" (")[0]
    expect_classifies_with(page, keeps)
    expect_documented(fault, f"{sentence} (`{code}`)", keeps)


def expect_documented(fault: str, says: str, classifies_with: str) -> None:
    which = {VERSION: "the bundled one", NEXT_VERSION: "the new one"}[classifies_with]
    row = f"| {fault} | {says} | {which} |"
    assert row in TABLE.read_text(encoding="utf-8").splitlines(), f"{TABLE.name} lacks the row\n{row}"


def expect_classifies_with(page: Page, version: str) -> None:
    page.get_by_role("button", name="Close").click()
    page.get_by_test_id("choose-photo-input").set_input_files(PHOTOS / "hotdog.jpg")
    expect(page.get_by_test_id("verdict")).to_contain_text("Hotdog", ignore_case=True)
    expect(page.get_by_test_id("model-version")).to_have_text(f"Model {version}")


@pytest.mark.parametrize("fault", FAULTS)
def test_refused_with_its_reason(publisher: Publisher, phone: BrowserContext, fault: str) -> None:
    code, misbehave = FAULTS[fault]
    misbehave(publisher)
    page = open_settings(phone)
    expect_refusal(page, fault, code, keeps=VERSION)


def test_older_sequence(publisher: Publisher, phone: BrowserContext) -> None:
    page = open_settings(phone)
    expect(page.get_by_test_id("model-version")).to_contain_text(NEXT_VERSION)
    publisher.announce(channel={"sequence": 6})
    check_now(page)
    expect_refusal(page, "older sequence", "old_sequence", keeps=NEXT_VERSION)


def test_not_in_the_roll_out(publisher: Publisher, phone: BrowserContext) -> None:
    publisher.announce(channel={"rollout": {"percent": 0, "salt": "0" * 32}})
    page = open_settings(phone)
    expect(page.get_by_test_id("update-state")).to_contain_text("Up to date")
    expect(page.get_by_test_id("last-refusal")).to_have_count(0)
    expect_classifies_with(page, VERSION)
    expect_documented("not in the roll-out", "Up to date.", VERSION)


# Chromium's own way to lower a quota (Storage.overrideQuotaForOrigin) has no effect on IndexedDB.
FULL_DISK = """() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...written) {
    const request = put.apply(this, written);
    if (this.name === 'blobs') this.transaction.abort(); // what a browser without room does
    return request;
  };
}"""


def test_out_of_space(publisher: Publisher, phone: BrowserContext) -> None:
    publisher.announce(channel={"rollout": {"percent": 0, "salt": "0" * 32}})
    page = open_settings(phone)
    publisher.announce()
    page.evaluate(FULL_DISK)
    check_now(page)
    expect_refusal(page, "out of space", "storage", keeps=VERSION)

    page.close()  # and room is made
    page = open_settings(phone)
    expect(page.get_by_test_id("model-version")).to_contain_text(NEXT_VERSION)
    expect_classifies_with(page, NEXT_VERSION)


def test_killed_during_the_download(publisher: Publisher, phone: BrowserContext) -> None:
    half_sent, killed = threading.Event(), threading.Event()

    def stall(exchange: Exchange) -> None:
        _, headers, body = exchange.ask_backend()
        half_sent.set()
        exchange.break_off(body, 400_000, headers, before_cutting=lambda: killed.wait(30))

    publisher.server.faults["GET", publisher.model] = stall
    page = phone.new_page()
    page.goto("/")
    assert half_sent.wait(30)
    page.get_by_test_id("settings").click()
    expect(page.get_by_test_id("update-state")).to_contain_text(f"of {MEGABYTES}")
    expect_classifies_with(page, VERSION)
    page.close()
    killed.set()

    del publisher.server.faults["GET", publisher.model]
    page = open_settings(phone)
    expect(page.get_by_test_id("model-version")).to_contain_text(NEXT_VERSION)
    expect_classifies_with(page, NEXT_VERSION)
    first, then = [rest for _, path, rest in publisher.server.requests if path == publisher.model]
    assert first is None
    assert then is not None
    assert 128 * 1024 <= int(then.removeprefix("bytes=").removesuffix("-")) <= 400_000
    expect_documented(
        "killed during the download", "goes on where it stopped at the next start", NEXT_VERSION
    )


def test_killed_during_the_swap(publisher: Publisher, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto("/")
    # The page goes at the very moment at which the last byte has been sent: before, during or after the swap.
    page.wait_for_event("requestfinished", lambda request: request.url.endswith(publisher.model))
    page.close()
    page = open_settings(phone)
    expect(page.get_by_test_id("model-version")).to_contain_text(NEXT_VERSION)
    expect(page.get_by_test_id("last-refusal")).to_have_count(0)
    expect_classifies_with(page, NEXT_VERSION)
    expect_documented("killed during the swap", "is done, or done again, at the next start", NEXT_VERSION)


def test_on_mobile_data_it_waits_and_says_how_large_it_is(
    publisher: Publisher, phone: BrowserContext
) -> None:
    phone.add_init_script(
        "Object.defineProperty(navigator, 'connection', {value: {type: 'cellular', saveData: false}})"
    )
    page = open_settings(phone)
    expect(page.get_by_test_id("update-offer")).to_have_text(
        f"Version {NEXT_VERSION} ({MEGABYTES}) waits for Wi-Fi."
    )
    assert publisher.model not in [path for _, path, _ in publisher.server.requests]
    expect_classifies_with(page, VERSION)
    expect_documented("on mobile data", "The new version waits for Wi-Fi.", VERSION)
    page.get_by_test_id("settings").click()
    page.get_by_test_id("choice-mobileData").click()
    expect(page.get_by_test_id("model-version").last).to_contain_text(NEXT_VERSION)


@pytest.mark.usefixtures("publisher")
def test_the_one_before_and_back_again(phone: BrowserContext) -> None:
    page = open_settings(phone)
    expect(page.get_by_test_id("model-version")).to_contain_text(NEXT_VERSION)
    page.get_by_test_id("go-back").click()
    expect(page.get_by_test_id("model-version")).to_contain_text(VERSION)
    page.close()
    page = open_settings(phone)
    expect(page.get_by_test_id("update-offer")).to_contain_text(f"You went back from version {NEXT_VERSION}")
    expect_classifies_with(page, VERSION)
    page.get_by_test_id("settings").click()
    page.get_by_test_id("take-update").click()
    expect(page.get_by_test_id("model-version").last).to_contain_text(NEXT_VERSION)
    expect(page.get_by_text("Knows your burger.")).to_be_visible()


def test_a_slow_network_does_not_hold_up_photos(publisher: Publisher, phone: BrowserContext) -> None:
    publisher.announce(channel={"rollout": {"percent": 0, "salt": "0" * 32}})
    page = open_settings(phone)
    publisher.announce()
    slow = {"offline": False, "latency": 400, "downloadThroughput": 100_000, "uploadThroughput": 20_000}
    session = phone.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", slow)
    page.get_by_test_id("check-update").click()
    expect(page.get_by_test_id("update-state")).to_contain_text(f"Downloading {NEXT_VERSION}")
    expect_classifies_with(page, VERSION)
    page.get_by_test_id("settings").click()
    expect(page.get_by_test_id("model-version").last).to_contain_text(NEXT_VERSION, timeout=30_000)
    expect(page.get_by_test_id("last-refusal")).to_have_count(0)
