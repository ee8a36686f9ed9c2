"""Progress never goes back, ends at one, and time is attributed to stages."""

import pytest

from fiedler.progress import StageTracker


def test_fractions_are_of_the_whole_and_never_decrease():
    told = []
    tracker = StageTracker({"a": 0.5, "b": 0.5}, lambda *event: told.append(event))
    with tracker.stage("a", "first") as report:
        report(0.5, "half")
        report(0.2, "back")
    with tracker.stage("b", "second") as report:
        report(2.0, "beyond")
    assert [event[1] for event in told] == [0.0, 0.25, 0.25, 0.5, 0.5, 1.0, 1.0]
    assert told[1] == ("a", 0.25, "half")


def test_handover_splits_one_report_into_two_stages():
    told = []
    tracker = StageTracker({"graph": 0.4, "embedding": 0.6}, lambda *event: told.append(event[:2]))
    with tracker.handover("graph", "embedding", 0.8, "go") as report:
        report(0.4, "half of the graph")
        report(0.9, "half of the embedding")
    assert told == [("graph", 0.0), ("graph", pytest.approx(0.2)), ("embedding", pytest.approx(0.7))]
    assert tracker.seconds["graph"] > 0
    assert tracker.seconds["embedding"] > 0


def test_stage_entered_twice_adds_its_seconds():
    tracker = StageTracker({"a": 1.0}, None)
    with tracker.stage("a", ""):
        pass
    once = tracker.seconds["a"]
    with tracker.stage("a", ""):
        pass
    assert tracker.seconds["a"] > once > 0
