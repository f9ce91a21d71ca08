"""The address a server listens on and the certificate it speaks TLS with, tried before anything is started."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from api.errors import CertificateUnusable, NotListening
from api.settings import ServerSettings

_WAITING = 2048
"""Connections that wait to be taken; uvicorn's own figure."""


@contextmanager
def bound(host: str, port: int) -> Iterator[list[socket.socket]]:
    """Sockets on every address that `host` stands for, held and not listening yet; closed when the block ends.

    Raises:
        NotListening: the name or the port cannot be had here.
    """
    with ExitStack() as held:
        sockets, missing = [], None
        for family, address in _addresses(host, port):
            try:
                sockets.append(held.enter_context(_held(family, address)))
            except OSError as error:
                # “localhost” stands for ::1 too, which not every machine has.
                if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                    raise NotListening(_reason(error, host, port)) from error
                missing = error
        if not sockets and missing is not None:
            raise NotListening(_reason(missing, host, port)) from missing
        yield sockets


def listen(sockets: list[socket.socket], host: str, port: int) -> None:
    """Take connections from now on; they are answered once the server is ready.

    Raises:
        NotListening: another program listened first.
    """
    for one in sockets:
        try:
            one.listen(_WAITING)
        except OSError as error:
            raise NotListening(_reason(error, host, port)) from error


def require_pair(server: ServerSettings) -> None:
    """Load the certificate and its key as the server will.

    Raises:
        CertificateUnusable: a file is missing, is not what it should be, or the two do not belong together.
    """
    certificate, key = server.tls_cert, server.tls_key
    if certificate is None or key is None:
        return
    for path in (certificate, key):
        _require_readable(path)
    try:
        _certificates(certificate)
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=_no_password)
    except _Encrypted as error:
        raise CertificateUnusable(f"{key} is encrypted; give a key without a passphrase in --tls-key.") from error
    except ssl.SSLError as error:
        raise CertificateUnusable(_mismatch(error, certificate, key)) from error


class _Encrypted(Exception):
    """The library asks for a passphrase, which would wait for somebody at the terminal."""


def _no_password() -> str:
    raise _Encrypted


def _require_readable(path: Path) -> None:
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError as error:
        why = f"There is no file {path}" if error.errno == errno.ENOENT else f"{path} cannot be read ({error.strerror})"
        raise CertificateUnusable(f"{why}; --tls-cert and --tls-key name PEM files.") from error


def _certificates(path: Path) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError as error:
        raise CertificateUnusable(f"{path} holds no certificate in PEM; name one in --tls-cert.") from error


def _mismatch(error: ssl.SSLError, certificate: Path, key: Path) -> str:
    if error.reason in ("KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH"):
        return f"The key {key} does not belong to the certificate {certificate}; give the key it was made with."
    if error.reason and ("SMALL" in error.reason or "WEAK" in error.reason):
        return f"The certificate {certificate} or its key is too weak to be used ({error.reason}); have a new one made."
    return f"{key} holds no private key in PEM that fits {certificate}; name one in --tls-key."


def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, object]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, ValueError) as error:
        raise NotListening(
            f"“{host}” is no address and no name that is known here. Give --host an address of this machine, such as "
            "127.0.0.1."
        ) from error
    return list(dict.fromkeys((family, address) for family, _, _, _, address in found))


def _held(family: socket.AddressFamily, address: object) -> socket.socket:
    one = socket.socket(family, socket.SOCK_STREAM)
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        one.bind(address)  # type: ignore[arg-type]  # the library types it by family
        one.setblocking(False)
    except OSError:
        one.close()
        raise
    return one


def _reason(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken. Choose another with --port."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine. Give --host one that is, such as 127.0.0.1."
    if error.errno == errno.EACCES:
        return f"Port {port} is kept for privileged programs here. Choose one from 1024 on with --port."
    return f"Nothing can listen on {host}, port {port} ({error.strerror}). Choose another with --host or --port."
