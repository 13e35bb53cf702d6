"""Reads docker-compose.yml and backend/Dockerfile, and runs our services as processes: what they say is what runs, without an engine."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
DOCKERFILE = (ROOT / "backend/Dockerfile").read_text(encoding="utf-8")
SECRETS = "/run/secrets"
PASSED_ON = ("PATH", "HOME", "TMPDIR", "LANG", "TZ")
"""What a process needs of this machine; all else comes from the files that are tested."""
WITHOUT_CHECKOUT = """\
import sys
sys.meta_path[:] = [finder for finder in sys.meta_path if not getattr(finder, "__module__", "").startswith("__editable__")]
"""
"""A sitecustomize.py: the virtual environment offers modules of the checkout, which an image has only where they were copied."""


class Composition:
    """docker-compose.yml with its variables filled in from `variables`, as `docker compose config` would show it."""

    def __init__(self, variables: dict[str, str]) -> None:
        text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
        document: dict[str, Any] = _fill_in(yaml.safe_load(text), variables)
        self.services: dict[str, dict[str, Any]] = document["services"]
        self.secrets = {name: ROOT / secret["file"] for name, secret in document["secrets"].items()}

    def ours(self) -> list[str]:
        """Return the services that are built here, each after those that it depends on."""
        ordered: list[str] = []

        def visit(name: str) -> None:
            for needed in self.services[name].get("depends_on", {}):
                visit(needed)
            if name not in ordered:
                ordered.append(name)

        for name in self.services:
            visit(name)
        return [name for name in ordered if "build" in self.services[name]]

    def secret_folder(self, name: str, folder: Path) -> Path:
        """Make what a service finds in /run/secrets: the secrets that it is given, and no others."""
        given = folder / f"secrets-{name}"
        given.mkdir()
        for secret in self.services[name].get("secrets", []):
            shutil.copyfile(self.secrets[secret], given / secret)
        return given


class Host:
    """Runs services' commands in an image's folder, with each other's addresses replaced by those of this machine."""

    def __init__(self, composition: Composition, folder: Path, addresses: dict[str, str]) -> None:
        self.composition = composition
        self.image = folder / "image"
        self._folder = folder
        self._addresses = addresses
        unpack_image(self.image)
        self._customs = folder / "customs"
        self._customs.mkdir()
        (self._customs / "sitecustomize.py").write_text(WITHOUT_CHECKOUT, encoding="utf-8")
        self.files = self.listing()

    def listing(self) -> set[Path]:
        """Return what lies in the image's folder, which is read-only in a container."""
        return set(self.image.rglob("*"))

    def translated(self, text: str, secrets: Path) -> str:
        for inside, here in ({SECRETS: str(secrets)} | self._addresses).items():
            text = text.replace(inside, here)
        return text

    def environment(self, name: str, **changes: str) -> dict[str, str]:
        """Return a service's whole environment: the image's, the composition's, and the few things of this machine."""
        secrets = self._folder / f"secrets-{name}"
        if not secrets.exists():
            self.composition.secret_folder(name, self._folder)
        declared = self.composition.services[name]["environment"]
        environment = {key: value for key in PASSED_ON if (value := os.environ.get(key))}
        environment |= image_environment() | {key: str(value) for key, value in declared.items()}
        environment["PATH"] = f"{BIN}:{environment['PATH']}"
        environment["PYTHONPATH"] = f"{self.image}:{self._customs}"
        return {key: self.translated(value, secrets) for key, value in environment.items()} | changes

    def run(self, name: str, *command: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """Run a service's command, or another in its place as `docker compose run` does, to its end."""
        return subprocess.run(
            command or self.composition.services[name]["command"],
            cwd=self.image,
            env=self.environment(name, **changes),
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, name: str, log: Path, **changes: str) -> subprocess.Popen[bytes]:
        """Start a service that goes on; its output goes to `log`."""
        with log.open("ab") as output:
            return subprocess.Popen(
                self.composition.services[name]["command"],
                cwd=self.image,
                env=self.environment(name, **changes),
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def is_healthy(self, name: str) -> bool:
        """Run a service's health check."""
        kind, *command = self.composition.services[name]["healthcheck"]["test"]
        assert kind == "CMD"
        secrets = self._folder / f"secrets-{name}"
        translated = [self.translated(word, secrets) for word in command]
        done = subprocess.run(translated, env=self.environment(name), capture_output=True, check=False)
        return done.returncode == 0


def last_stage() -> list[str]:
    """Return the instructions of the image that runs."""
    return re.sub(r"\\\n", "", DOCKERFILE).split("\nFROM ")[-1].splitlines()


def image_environment() -> dict[str, str]:
    words = [shlex.split(line)[1:] for line in last_stage() if line.startswith("ENV ")]
    return dict(word.split("=", 1) for line in words for word in line)


def unpack_image(folder: Path) -> None:
    """Copy to `folder` what the image gets of the repository. The web app, which another stage builds, is one page here."""
    for line in last_stage():
        if line.startswith("COPY ") and "--from=" not in line:
            *sources, dest = shlex.split(line)[1:]
            into = folder / dest
            for source in sources:
                if (ROOT / source).is_dir():
                    shutil.copytree(ROOT / source, into, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    into.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(ROOT / source, into / Path(source).name)
    (folder / "app/dist").mkdir(parents=True)
    (folder / "app/dist/index.html").write_text("<title>DeepDog</title>", encoding="utf-8")


def _fill_in(node: Any, variables: dict[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _fill_in(value, variables) for key, value in node.items()}
    if isinstance(node, list):
        return [_fill_in(value, variables) for value in node]
    return _substituted(node, variables) if isinstance(node, str) else node


def _substituted(text: str, variables: dict[str, str]) -> str:
    """Replace ${NAME:-default} and ${NAME-default}: the forms that docker-compose.yml uses."""

    def value(match: re.Match[str]) -> str:
        name, colon, default = match.groups()
        given = variables.get(name)
        return default if given is None or (colon and not given) else given

    filled = re.sub(r"\$\{([A-Z_]+)(:?)-([^}]*)\}", value, text)
    assert "${" not in filled, f"{text} is written in a form that is not understood here"
    return filled
