"""Make the README's pictures again, from the real program on the sample: pages, plot and a frame of the overlay.

    python benchmarks/readme_pictures.py [FOLDER] [--only report|page|practice]

Needs chromium and the test extra (playwright). Takes a minute or two; run it when what is measured or how it looks
has changed.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from pathlib import Path

import av
from live import begin, switch_on, to_the_camera
from page_pictures import SCREEN, browser, served
from PIL import Image
from playwright.sync_api import expect

from coach.cli import main as coach
from coach.settings import resource_folder
from coach.vision.models import models_folder

MOMENT_S = 9.0  # of the overlay: both hands at work between the shoulder blades


def report(folder: Path) -> None:
    """Plot and overlay."""
    with tempfile.TemporaryDirectory() as temporary:
        overlay = Path(temporary) / "overlay.mp4"
        sample = resource_folder("samples") / "sample.mp4"
        words = ["analyze", str(sample), "--lang", "en", "--out", temporary, "--overlay", str(overlay)]
        if coach([*words, "--plot", str(folder / "plot.png")]) != 0:
            raise SystemExit(1)
        with av.open(str(overlay)) as video:
            frame = next(f for f in video.decode(video=0) if f.time is not None and f.time >= MOMENT_S)
            frame.to_image().save(folder / "overlay.png", optimize=True)


def page(folder: Path) -> None:
    """The page with the result, in both languages."""
    with (
        tempfile.TemporaryDirectory() as home,
        served(Path(home), COACH_MODELS=str(models_folder())) as url,
    ):
        _look(url, folder)


def _look(url: str, folder: Path) -> None:
    with browser() as opened:
        view = opened.new_context(viewport=SCREEN).new_page()
        view.goto(f"{url}/analyse")
        view.get_by_role("button", name="Coba dengan video contoh").click(timeout=60_000)
        expect(view.get_by_role("heading", name="Hasil")).to_be_visible(timeout=300_000)
        expect(view.locator("[data-testid=stVegaLiteChart]").first).to_be_visible(timeout=30_000)
        view.wait_for_timeout(3000)  # until everything has its place
        view.screenshot(path=folder / "page-id.png")
        view.get_by_text("English", exact=True).click()
        expect(view.get_by_role("heading", name="The result")).to_be_visible(timeout=30_000)
        view.wait_for_timeout(3000)
        view.screenshot(path=folder / "page-en.png")


def practice(folder: Path) -> None:
    """A guided round with the sample as its camera, on the drawn back."""
    sample = str(resource_folder("samples") / "sample.mp4")
    with (
        tempfile.TemporaryDirectory() as home,
        served(Path(home), COACH_MODELS=str(models_folder()), CAMERA=sample) as url,
        browser() as opened,
    ):
        view = opened.new_context(viewport=SCREEN).new_page()
        to_the_camera(view, url)
        switch_on(view)
        begin(view)
        view.locator("label:has([name=look][value=back])").click()
        covered = view.locator("[data-part=covered]")
        expect(covered).to_have_text(re.compile(r"[3-9]\d %"), timeout=60_000)  # some of it is filled in
        view.wait_for_timeout(500)
        view.screenshot(path=folder / "practise-id.png")
    with Image.open(folder / "practise-id.png") as picture:
        picture.convert("RGB").quantize(256).save(folder / "practise-id.png", optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path("docs/img"))
    parser.add_argument("--only", choices=("report", "page", "practice"))
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for make in (report, page, practice):
        if options.only in (None, make.__name__):
            make(options.folder)


if __name__ == "__main__":
    main()
