"""The page of an evaluation: whole, alone, and without a word of anybody's."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from daemon.cli import main
from plm_engine.evaluation.authors import fingerprint
from plm_engine.evaluation.plots import Axis, Line, Mark, curves, histogram
from plm_engine.evaluation.prequential import History
from plm_engine.evaluation.report import Findings, page
from tests.engine.scores import history

AUTHORS = {
    "ada@letters.example": history(1, 4, 6),
    "Bo <b>": history(3, 2),
    "cy@letters.example": history(5),
}
FACTS = {"command": "plm eval replay letters.jsonl --learn ngram", "texts": "<letters> & more"}
SHARE = Axis(label="share", is_share=True)


def drawn(histories: dict[str, History]) -> str:
    return page(Findings(histories=histories, threshold=0.35, facts=FACTS))


@pytest.fixture(scope="module")
def html() -> str:
    return drawn(AUTHORS)


def complaint(folder: Path, report: Path) -> str:
    """Of the command, about a file that it never comes to read."""
    file = folder / "letters.jsonl"
    file.write_text("no document")
    result = CliRunner().invoke(main, ["eval", "replay", str(file), "--report", str(report)])
    assert result.exit_code == 1
    return result.output


def elements(html: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(html).iter())


def test_it_is_well_formed_and_fetches_nothing(html: str) -> None:
    tags = Counter(element.tag.rpartition("}")[2] for element in elements(html))
    assert tags["svg"] == 5
    assert not {"script", "img", "link", "iframe", "image"} & tags.keys()
    addresses = set(re.findall(r'(\S+)="https?://', html)) | set(re.findall(r"url\(([^#])", html))
    assert addresses <= {"xmlns", "xmlns:xlink"}
    assert "@import" not in html


def test_it_names_every_author_by_a_hash_alone(html: str) -> None:
    for author in AUTHORS:
        assert html.count(fingerprint(author)[:8]) == 1
        assert author not in html


def test_it_says_how_to_measure_the_same_again(html: str) -> None:
    assert FACTS["command"] in html
    assert "&lt;letters&gt; &amp; more" in html


def test_ids_are_unique_where_they_are_referred_to(html: str) -> None:
    ids = {element.get("id") for element in elements(html)} - {None}
    assert set(re.findall(r'(?:href="|url\()#(\w+)', html)) == ids


def test_colours_and_fonts_are_left_to_the_style_sheet(html: str) -> None:
    bare = re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)
    assert not re.findall(r"(?:fill|stroke): #\w+", bare)
    assert "font-family" not in bare
    assert "var(--ink)" in bare


def test_the_same_scores_make_the_same_page(html: str) -> None:
    assert drawn(AUTHORS) == html


def test_an_author_with_a_single_text_is_enough() -> None:
    assert len(elements(drawn({"ada": history(2)}))) > 50


def test_a_curve_has_a_dot_for_each_point_and_marks_by_name() -> None:
    points = [(0.1, 0.9), (0.2, 0.7), (0.4, 0.6)]
    marks = [Mark(at=points[1], text="0.35", is_strong=True)]
    plain = curves("plot", [Line(points=points)], SHARE, SHARE)
    dotted = curves("plot", [Line(points=points, has_dots=True, label="PLM")], SHARE, SHARE, marks)
    assert "var(--series-0)" in plain
    dots = re.findall(r"<use [^>]*var\(--series-0\)", dotted)
    assert len(dots) == len(points) + 1  # and one in the legend
    texts = {element.text for element in elements(dotted)}
    assert {"0.35", "PLM", "share", "20 %"} <= texts


def test_a_power_law_is_drawn_as_a_straight_line() -> None:
    power = [(n, n**1.5) for n in (1.0, 10.0, 100.0)]
    along, up = Axis(label="devices", is_log=True), Axis(label="ms", is_log=True)
    drawn = curves("law", [Line(points=power, is_dashed=True)], along, up)
    [path] = re.findall(r'<path d="([^"]+)"[^>]*stroke-dasharray', drawn)
    (x0, y0), (x1, y1), (x2, y2) = (
        tuple(map(float, place)) for place in re.findall(r"([\d.]+) ([\d.]+)", path)
    )
    assert (x1 - x0) == pytest.approx(x2 - x1, abs=1e-3)
    assert (y1 - y0) == pytest.approx(y2 - y1, abs=1e-3)


def test_a_histogram_of_one_value_is_drawn() -> None:
    svg = histogram("times", [20.0, 20.0], Axis(label="milliseconds"), {"median": 20.0})
    assert "median: 20" in {element.text for element in elements(svg)}


def test_without_matplotlib_it_says_so_before_it_begins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    (line,) = complaint(tmp_path, tmp_path / "report.html").splitlines()
    assert "matplotlib" in line
    assert f"{sys.executable} -m pip install" in line


def test_a_report_without_a_folder_fails_before_it_begins(tmp_path: Path) -> None:
    assert "There is no folder" in complaint(tmp_path, tmp_path / "no" / "report.html")
