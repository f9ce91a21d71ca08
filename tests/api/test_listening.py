"""What stands in the way of listening is told in a sentence before anything is started."""

from __future__ import annotations

import datetime
import socket
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from typer.testing import CliRunner

from api.cli import app
from api.cli.output import failing_in_words
from api.cli.serving import _announcing
from api.errors import CertificateUnusable, NotListening
from api.listening import bound, listen, require_pair
from api.settings import ServerSettings

HERE = "127.0.0.1"


def pair(folder: Path, name: str, *, passphrase: bytes | None = None) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    begins = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
    made = x509.CertificateBuilder(who, who, key.public_key(), 1, begins, begins + datetime.timedelta(days=9_000))
    sealed = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    files = folder / f"{name}.crt", folder / f"{name}.key"
    files[0].write_bytes(made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealed))
    return files


@pytest.mark.parametrize(
    ("certificate", "key", "says"),
    [
        ("none.crt", "a.key", "There is no file"), ("a.crt", "none.key", "There is no file"),
        ("text", "a.key", "holds no certificate"), ("a.key", "a.crt", "holds no certificate"),
        ("a.crt", "text", "holds no private key"), ("a.crt", "b.key", "does not belong to"),
        ("c.crt", "c.key", "is encrypted"), ("", "a.key", "cannot be read"),
    ],
)  # fmt: skip
def test_files_that_are_no_pair_are_named(tmp_path: Path, certificate: str, key: str, says: str) -> None:
    for name, passphrase in (("a", None), ("b", None), ("c", b"secret")):
        pair(tmp_path, name, passphrase=passphrase)
    (tmp_path / "text").write_text("hello")
    with pytest.raises(CertificateUnusable, match=says):
        require_pair(ServerSettings(tls_cert=tmp_path / certificate, tls_key=tmp_path / key))


def test_a_pair_is_taken(tmp_path: Path) -> None:
    certificate, key = pair(tmp_path, "a")
    require_pair(ServerSettings(tls_cert=certificate, tls_key=key))


@pytest.mark.parametrize(
    ("host", "says"),
    [("a..b", "no name that is known"), ("", "no name that is known"), ("192.0.2.1", "no address of this machine")],
)
def test_an_address_that_cannot_be_had_is_not_called_a_taken_port(host: str, says: str) -> None:
    with pytest.raises(NotListening, match=says), bound(host, 0):
        pass


@pytest.mark.parametrize("first_listens", [True, False])
def test_a_port_is_had_by_one_server(*, first_listens: bool) -> None:
    with bound(HERE, 0) as first:
        port = first[0].getsockname()[1]
        if first_listens:
            listen(first, HERE, port)
        with pytest.raises(NotListening, match="is taken"), bound(HERE, port) as second:
            listen(first, HERE, port)
            listen(second, HERE, port)


def test_serving_says_where_it_is_when_it_answers_there() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        """Never asked."""

    said = []

    def announce() -> None:
        with socket.create_connection((HERE, port), timeout=5):
            said.append(server.started)
        server.should_exit = True

    with bound(HERE, 0) as sockets:
        port = sockets[0].getsockname()[1]
        server = _announcing(uvicorn.Config(application, lifespan="off", log_config=None), announce)
        server.run(sockets)
    assert said == [True]


def test_a_server_that_cannot_start_says_nothing_else_and_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAINMAKER_DATABASE_URL", f"sqlite:///{tmp_path / 'w' / 'a.db'}")
    certificate, _ = pair(tmp_path, "a")
    _, other = pair(tmp_path, "b")
    with failing_in_words():
        done = CliRunner().invoke(app, ["serve", "--tls-cert", str(certificate), "--tls-key", str(other)])
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert not (tmp_path / "w").exists()
