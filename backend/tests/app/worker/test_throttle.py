from __future__ import annotations

from app.worker.throttle import Throttle


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_reports_are_thinned_but_first_and_last_of_each_stage_are_kept():
    clock, sent = Clock(), []
    throttle = Throttle(lambda *report: sent.append(report), interval_seconds=1.0, clock=clock)
    for step in range(100):
        clock.now += 0.01
        throttle("a", step / 100, str(step))
    throttle("b", 1.0, "begun")
    throttle("b", 1.0, "ended")
    throttle.flush()
    assert [message for _, _, message in sent] == ["0", "99", "begun", "ended"]


def test_a_report_is_due_again_after_the_interval():
    clock, sent = Clock(), []
    throttle = Throttle(lambda *report: sent.append(report), interval_seconds=1.0, clock=clock)
    for _ in range(5):
        throttle("a", 0.5, "")
        clock.now += 0.6
    assert len(sent) == 3


def test_quick_work_reports_nothing():
    clock, sent = Clock(), []
    throttle = Throttle(lambda *report: sent.append(report), quiet_seconds=0.5, clock=clock)
    throttle("a", 0.5, "too soon")
    throttle.flush()
    assert sent == []
    clock.now = 0.6
    throttle("a", 0.7, "now")
    assert sent == [("a", 0.7, "now")]
