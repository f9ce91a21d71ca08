"""Getting in, the headers of a page, and what a page loads."""

from __future__ import annotations

import logging
import re

import httpx
import pytest

from api.logs import WithoutValues
from api.web import assets
from api.web.login import login_html, target_of

pytestmark = pytest.mark.anyio
_REMOTE = re.compile(r"""(?:src|href|url|import|action)\s*[=(:]?\s*["'(]?\s*(?:https?:)?//(?!127\.0\.0\.1)""")


async def test_whoever_is_not_signed_in_is_sent_to_the_sign_in_and_back(browser: httpx.AsyncClient) -> None:
    reply = await browser.get("/c/co_1")
    assert (reply.status_code, reply.headers["location"]) == (303, "/login?next=/c/co_1")
    assert 'data-next="/c/co_1"' in (await browser.get(reply.headers["location"])).text


@pytest.mark.parametrize(
    "wanted", ["https://evil.example", "//evil.example", "/\\evil.example", "/c/a/b", "javascript:x"]
)
async def test_the_way_back_never_leaves_this_place(wanted: str) -> None:
    assert target_of(wanted) == "/"


async def test_the_sign_in_offers_the_people_of_the_demo(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/login")).text
    assert "Sam Carter" in page
    assert "Look round" not in login_html((), target="/", theme="auto")


@pytest.mark.parametrize("path", ["/", "/login"])
async def test_a_page_loads_nothing_from_elsewhere(browser: httpx.AsyncClient, path: str) -> None:
    await browser.post("/api/v2/session/demo", json={"email": "rep@demo.example"})
    reply = await browser.get(path)
    assert reply.status_code == 200
    assert not _REMOTE.search(reply.text)
    policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("name", ["page.css", "page.js", "favicon.svg"])
async def test_our_own_files_are_served_and_name_no_other_host(browser: httpx.AsyncClient, name: str) -> None:
    reply = await browser.get(assets.url(name))
    assert reply.status_code == 200
    assert not _REMOTE.search(reply.text.replace("http://www.w3.org/2000/svg", ""))


@pytest.mark.parametrize(("cookie", "theme"), [("dark", "dark"), ("light", "light"), ('"+alert(1)+"', "auto")])
async def test_the_theme_of_the_cookie_is_set_before_the_first_paint(
    browser: httpx.AsyncClient, cookie: str, theme: str
) -> None:
    reply = await browser.get("/login", headers={"Cookie": f"rainmaker_theme={cookie}"})
    assert f'dataset.themeChoice="{theme}"' in reply.text
    assert "alert" not in reply.text.partition("<body")[0]


async def test_an_error_of_a_page_is_logged_without_its_text() -> None:
    error = ValueError("jane@acme.example")
    record = logging.LogRecord("nicegui", logging.ERROR, __file__, 1, error, None, (type(error), error, None))
    WithoutValues("page.failed").filter(record)
    said = logging.Formatter().format(record)
    assert "ValueError" in said
    assert "jane" not in said


async def test_an_unknown_path_is_a_page_for_a_reader_and_a_problem_for_a_program(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/no/such/page", headers={"Accept": "text/html"})
    assert (page.status_code, "There is nothing at this address" in page.text) == (404, True)
    reply = await browser.get("/api/v2/no-such-thing", headers={"Accept": "text/html"})
    assert (reply.status_code, reply.json()["code"]) == (404, "no_such_route")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("PUT", "/api/v2/chat", "POST"), ("DELETE", "/healthz", "GET"), ("GET", "/api/v2/session/demo", "POST")],
)
async def test_a_method_that_a_known_address_does_not_take_is_said(
    browser: httpx.AsyncClient, method: str, path: str, allowed: str
) -> None:
    reply = await browser.request(method, path, headers={"Accept": "text/html"})
    assert (reply.status_code, reply.headers["content-type"]) == (405, "application/problem+json")
    assert (reply.json()["code"], reply.headers["allow"]) == ("method_not_allowed", allowed)
