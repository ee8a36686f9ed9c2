"""People at work on several machines: who is signed in, what they ask without a pause, what is waited for."""

from __future__ import annotations

import json
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from machines import Machines

# A busy machine is slow, not wrong.
SECONDS = 180
ANY_CERTIFICATE = ssl.create_default_context()
ANY_CERTIFICATE.check_hostname = False
ANY_CERTIFICATE.verify_mode = ssl.CERT_NONE


class Person:
    """One who is signed in; each request takes a connection of its own."""

    def __init__(self, address: str, token: str) -> None:
        self._address, self.token = f"{address}/api/v1", token

    def ask(self, method: str, path: str, content: bytes | None = None, **headers: str) -> tuple[int, Any]:
        """Return status (0 without an answer) and body."""
        request = urllib.request.Request(self._address + path, content, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, context=ANY_CERTIFICATE, timeout=SECONDS) as answer:
                return answer.status, json.loads(answer.read() or "null")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()
        except OSError as error:
            return 0, str(error)

    def upload(self) -> tuple[int, Any]:
        return self.ask("POST", "/datasets?filename=table.csv", b"x,y\n" + b"1,2\n3,4\n5,1\n" * 20)

    def send(self, method: str, path: str, body: object, **headers: str) -> tuple[int, Any]:
        return self.ask(method, path, json.dumps(body).encode(), Content_Type="application/json", **headers)


class Traffic:
    """People who read and write without a pause, until the block ends.

    Attributes
    ----------
    answers : list of (str, int, object)
        What was asked, and status and body of the answer.
    """

    def __init__(self, *deeds: Callable[[int], tuple[int, Any]]) -> None:
        self.answers: list[tuple[str, int, Any]] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._go_on, args=(deed,)) for deed in deeds]

    def __enter__(self) -> Traffic:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def failed(self) -> list[tuple[str, int, Any]]:
        return [answer for answer in self.answers if not 200 <= answer[1] < 300]

    def _go_on(self, deed: Callable[[int], tuple[int, Any]]) -> None:
        number = 0
        while not self._stop.wait(0.05):
            self.answers.append((deed.__name__, *deed(number)))
            number += 1


def wait_for(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.1)
    raise AssertionError("the condition did not come true in time")


def wait_until_asked(machines: Machines, *names: str) -> None:
    """Wait until the load balancer sends requests to these API servers and to no other."""
    configuration = machines.folder / "nginx" / "nginx.conf"
    wanted = {machines.network.address(name) for name in names}

    def asked() -> set[str]:
        lines = [line.split() for line in configuration.read_text().splitlines() if "max_fails" in line]
        return {words[1].partition(":")[0] for words in lines if "backup" not in words}

    wait_for(lambda: asked() == wanted)
