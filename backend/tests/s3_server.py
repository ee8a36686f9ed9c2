"""A private S3 server for the tests: moto's, as a process of its own, that keeps everything in memory."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
import urllib.error
import urllib.request

from free_port import free_port

START_SECONDS = 60


class S3Server:
    """A server on a random port of 127.0.0.1; any keys open it."""

    def __init__(self) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self._numbers = itertools.count(1)
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", self.url.rpartition(":")[2]]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                urllib.request.urlopen(self.url, timeout=5).close()
                return
            except (urllib.error.URLError, ConnectionError):
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("moto's server did not start") from None
                time.sleep(0.05)

    def new_store(self) -> dict[str, str]:
        """Return the settings, by their names, of an empty store in a bucket of its own."""
        bucket = self.make_bucket(f"bucket-{next(self._numbers)}")
        return {
            "artifact_store": f"s3://{bucket}/some/prefix",
            "s3_endpoint_url": self.url,
            "s3_region": "us-east-1",
            "s3_access_key_id": "an-access-key",
            "s3_secret_access_key": "the secret of a bucket",
        }

    def make_bucket(self, name: str) -> str:
        """Make an empty bucket and return its name."""
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/{name}", method="PUT")).close()
        return name

    def kill(self) -> None:
        """End the server at once."""
        self._process.kill()
        self._process.wait()
