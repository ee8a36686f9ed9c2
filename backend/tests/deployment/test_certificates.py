"""Certbot gets a certificate through the real nginx, which takes it up, and renews it, by itself."""

import os
import shutil
import signal
import ssl
import subprocess
import time
import urllib.request

from acme_server import Authority, acme_server
from cryptography import x509
from free_port import free_port
from stack import REPOSITORY

SECONDS = 120


def shown(port: int) -> int:
    """Return the serial number of the certificate that nginx shows, 0 while it does not answer."""
    try:
        text = ssl.get_server_certificate(("127.0.0.1", port), timeout=5)
    except OSError:
        return 0
    return x509.load_pem_x509_certificate(text.encode()).serial_number


def wait_until(what: str, holds) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def test_certbot_gets_a_certificate_through_nginx_which_renews_it(tmp_path):
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    root, challenges, kept = tmp_path / "nginx", tmp_path / "acme", tmp_path / "letsencrypt"
    shutil.copytree(REPOSITORY / "nginx", root)
    for name in ("server.crt", "server.key"):
        (root / "ssl" / name).unlink(missing_ok=True)
    challenges.mkdir()
    http_port, https_port, metrics_port = free_port(), free_port(), free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "NGINX_ROOT": str(root),
        "NGINX_PID": str(tmp_path / "nginx.pid"),
        "NGINX_HTTP_PORT": str(http_port),
        "NGINX_HTTPS_PORT": str(https_port),
        "NGINX_METRICS_PORT": str(metrics_port),
        "DOMAIN": "fiedler.test",
        "MAX_FILE_SIZE": "1000",
        "API_UPSTREAM": "127.0.0.1:9",
        "FRONTEND_UPSTREAM": "127.0.0.1:9",
        "ACME_FOLDER": str(challenges),
        "LETSENCRYPT_FOLDER": str(kept),
        "FOLLOW_SECONDS": "0.5",
        "RENEW_SECONDS": "5",
    }
    authority = Authority(http_port)
    log = (tmp_path / "log").open("w")
    with log, acme_server(authority) as directory:
        nginx = subprocess.Popen(
            [str(root / "start.sh")], env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            wait_until("nginx shows a certificate of its own", lambda: shown(https_port))
            own = shown(https_port)
            folders = ["--config-dir", str(kept), "--work-dir", str(tmp_path / "work")]
            done = subprocess.run(
                [
                    *("certbot", "certonly", "--non-interactive", "--agree-tos"),
                    *("--register-unsafely-without-email", "--server", directory),
                    *("--webroot", "--webroot-path", str(challenges), "-d", "fiedler.test"),
                    *(*folders, "--logs-dir", str(tmp_path / "logs")),
                ],
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr
            assert own not in [certificate.serial_number for certificate in authority.issued]
            serials = {certificate.serial_number for certificate in authority.issued}
            wait_until("the certificate is taken up", lambda: shown(https_port) in serials)
            first = shown(https_port)
            wait_until("it is renewed", lambda: len(authority.issued) > 1)
            wait_until("the new one is taken up", lambda: shown(https_port) not in (0, first, own))
            assert shown(https_port) in {certificate.serial_number for certificate in authority.issued}
            address = f"http://127.0.0.1:{metrics_port}/metrics"
            told = urllib.request.urlopen(address).read().decode()
            assert 0 < float(told.rpartition(" ")[2]) - time.time() < 2 * 86400
        finally:
            os.killpg(nginx.pid, signal.SIGTERM)
            nginx.wait(SECONDS)
