"""The arithmetic of the benchmarks: targets can be missed, missing events count, and figures survive a round trip."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from bench_docs import write_docs, write_plot
from bench_engines import engines
from bench_env import BenchContext
from bench_report import NEVER, Measurement, load, merged, p95, ratio, save, table, timed
from corpus import corpus

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("figure", "verdict"),
    [
        (Measurement("at most", 50.0, "ms", most=50.0), "holds"),
        (Measurement("above", 50.1, "ms", most=50.0), "does not hold"),
        (Measurement("at least", 6.0, "×", least=6.0), "holds"),
        (Measurement("below", 5.9, "×", least=6.0), "does not hold"),
        (Measurement("never", NEVER, "ms", most=50.0), "does not hold"),
        (Measurement("no target", 9.0, "ms"), ""),
    ],
)
def test_figure_is_compared_with_its_target(figure: Measurement, verdict: str) -> None:
    assert figure.verdict == verdict
    assert verdict in table([figure])


def test_missing_event_counts_among_the_slowest() -> None:
    (figure,) = timed("key", [0.001] * 18 + [NEVER] * 2, most=50)
    assert figure.verdict == "does not hold"
    assert "2 never came" in figure.beside


def test_figure_without_samples_misses_its_target() -> None:
    (figure,) = timed("key", [], most=50)
    assert figure.verdict == "does not hold"


def test_figure_without_a_value_shows_no_number() -> None:
    figure = Measurement("hugo: list all", 0.0, "", beside="not installed")
    assert (figure.measured, figure.verdict) == ("", "")
    assert "0.0" not in table([figure])


def test_p95_is_exceeded_by_one_sample_in_twenty() -> None:
    assert p95(range(100)) == 95
    assert p95([7.0]) == 7.0


def test_ratio_with_zero_or_a_missing_event_is_infinite() -> None:
    assert ratio(1.0, 0.0) == NEVER
    assert ratio(NEVER, 1.0) == NEVER


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    for articles, milliseconds in ((1_000, 20.0), (100_000, 45.0)):
        figures = [
            *timed("first row, known folder", [milliseconds / 1000] * 3, beside="an <empty> app"),
            Measurement("a letter in the filter, rows painted, p95", NEVER, "ms", most=50.0, samples=(NEVER,)),
        ]
        save(figures, articles, articles * 5_000, tmp_path / f"figures-{articles}.json")
    return tmp_path


def test_saved_figures_survive_a_round_trip_as_plain_json(cache: Path) -> None:
    file = cache / "figures-1000.json"
    about, figures = load(file)
    assert about["articles"] == 1_000
    assert figures[0].value == 20.0
    assert figures[1].value == NEVER
    assert figures[1].samples == (NEVER,)
    assert json.loads(file.read_text(encoding="utf-8"))["figures"][1]["holds"] is False


def test_merged_figures_keep_those_not_measured_again(cache: Path) -> None:
    old = load(cache / "figures-1000.json")[1]
    known, letter = old
    faster, new = Measurement(known.what, 10.0, "ms"), Measurement("new", 1.0, "ms")
    assert merged(old, [faster, new]) == [faster, letter, new]


def test_docs_get_a_table_per_run_and_keep_their_text(cache: Path) -> None:
    file = cache / "page.md"
    file.write_text("above\n<!-- figures: begin -->\nearlier run\n<!-- figures: end -->\nbelow\n", encoding="utf-8")
    write_docs(cache, file)
    write_docs(cache, file)
    text = file.read_text(encoding="utf-8")
    assert text.startswith("above\n")
    assert text.endswith("below\n")
    assert "earlier run" not in text
    assert text.count("### 100,000 articles") == 1
    assert "| a letter in the filter, rows painted, p95 | never | ≤ 50.0 ms | **does not hold** |" in text


def test_plot_omits_events_that_never_came(cache: Path) -> None:
    file = cache / "growth.svg"
    write_plot(cache, file)
    words = [text.text for text in ET.parse(file).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - our own file
    assert any(word is not None and word.startswith("first row, known folder: 45") for word in words)
    assert not any(word is not None and "letter" in word for word in words)


def test_plot_without_a_run_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="make bench"):
        write_plot(tmp_path, tmp_path / "growth.svg")


def test_corpus_is_reproducible_and_found_in_a_moved_cache(tmp_path: Path) -> None:
    made = corpus(12, tmp_path / "one")
    again = corpus(12, tmp_path / "two")
    assert made.size == again.size
    moved = (tmp_path / "one").rename(tmp_path / "three")
    found = corpus(12, moved)
    assert found.root.startswith(str(moved))
    assert len(list(moved.rglob("*.md"))) == found.articles == 12


def test_failed_program_ends_the_benchmark(tmp_path: Path) -> None:
    world = BenchContext(corpus(1, tmp_path), tmp_path / "home", 1)
    ran = world.run(world.command("count", str(world.root)), watch_memory=True)
    assert ran.output == "1\n"
    assert ran.cpu > 0
    with pytest.raises(SystemExit, match="status 2"):
        world.run(world.command("count", str(tmp_path / "nowhere")))


def test_engines_are_filled_and_asked(tmp_path: Path) -> None:
    world = BenchContext(corpus(40, tmp_path), tmp_path / "home", 1)
    found = {figure.what: figure for figure in engines(world)}
    ours = found["full text: FTS5 as it is"]
    assert ours.value > 0
    assert "40 of them" in ours.beside
    # The others need packages that only this benchmark uses.
    assert all(figure.value > 0 or figure.beside == "not installed" for figure in found.values())


def test_merged_runs_name_all_their_commands(cache: Path) -> None:
    file = cache / "figures-1000.json"
    (command,) = load(file)[0]["commands"]
    save([], 1_000, 5_000, file, ["bench.py --only read"])
    assert load(file)[0]["commands"] == ["bench.py --only read", command]
