"""A new version takes the old one's place, or does not."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING, Any

import pytest
from gateways import CHAT, POLICIES, Bench

from policyengine import ConfigurationError, Registry
from policyengine.gateway import Serving
from policyengine.gateway.serving import LEAST_INTERVAL
from policyengine.sources import Text

if TYPE_CHECKING:
    from collections.abc import Callable

CROW = {"messages": [{"role": "user", "content": "A crow."}]}
DOVES = POLICIES.replace("[crow]", "[dove]")
BROKEN = POLICIES.replace("block_at: 0.5", "block_at: 5 # canary")


def without_waiting(one: Bench) -> None:
    """Let refreshes follow each other at once."""

    async def sleep(_: float) -> None:
        return None

    one.serving._sleep = sleep


@pytest.mark.parametrize("header", ["x_refresh_cache", "x_enkrypt_refresh_cache"])
def test_the_header_reads_everything_anew_before_the_request(
    bench: Callable[..., Bench], header: str
) -> None:
    one = bench()
    without_waiting(one)
    before = one.get("/readyz").json()["deployments"]
    assert one.post(CROW).status_code == 400
    one.path.write_text(DOVES, encoding="utf-8")
    assert one.post(CROW, **{header: "false"}).status_code == 400
    response = one.post(CROW, **{header: "True"})
    assert (response.status_code, response.headers["x-policy-refresh"]) == (200, "refreshed")
    assert response.json()["detections"]["revision"] != before["support"]
    assert one.post(CROW, **{header: "true"}).headers["x-policy-refresh"] == "unchanged"


def test_a_broken_version_is_refused_and_the_old_one_goes_on(
    bench: Callable[..., Bench], caplog: pytest.LogCaptureFixture
) -> None:
    one = bench()
    without_waiting(one)
    one.path.write_text(BROKEN, encoding="utf-8")
    response = one.post(CROW, x_refresh_cache="true")
    assert (response.status_code, response.headers["x-policy-refresh"]) == (400, "refused")
    assert "a threshold is a number" in caplog.text
    assert f"{one.path}:15:19" in caplog.text
    assert "canary" not in caplog.text
    one.path.unlink()
    assert one.post(CHAT, x_refresh_cache="true").headers["x-policy-refresh"] == "refused"
    one.path.write_text(DOVES, encoding="utf-8")
    assert one.post(CROW, x_refresh_cache="true").headers["x-policy-refresh"] == "refreshed"


def test_a_detector_that_does_not_get_ready_is_refused_too(
    bench: Callable[..., Bench], caplog: pytest.LogCaptureFixture
) -> None:
    one = bench()
    without_waiting(one)
    untrue = POLICIES.replace(
        "        message: No crows.",
        "        message: No crows.\n        examples: [{text: a dove, finds: [keywords.banned]}]",
    )
    one.path.write_text(untrue, encoding="utf-8")
    assert one.post(CHAT, x_refresh_cache="true").headers["x-policy-refresh"] == "refused"
    assert "self-test" in caplog.text


def test_what_a_plugin_raises_is_refused_without_its_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    reads = [[Text("a.yaml", POLICIES)], ValueError("canary")]

    def read() -> Any:
        given = reads.pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    serving = Serving(read, Registry.installed(), sleep=lambda _: asyncio.sleep(0))
    assert asyncio.run(serving.refresh()) == "refused"
    assert "ValueError" in caplog.text
    assert "canary" not in caplog.text


def test_the_header_can_be_disabled(bench: Callable[..., Bench]) -> None:
    one = bench(refresh_on_request=False)
    one.path.write_text(DOVES, encoding="utf-8")
    response = one.post(CROW, x_refresh_cache="true")
    assert response.status_code == 400
    assert "x-policy-refresh" not in response.headers


def test_what_is_to_be_built_anew_is_even_where_no_file_has_changed(
    bench: Callable[..., Bench],
) -> None:
    one = bench()
    without_waiting(one)
    before = one.serving.version

    async def refresh(*ways: str) -> list[str]:
        return await asyncio.gather(*(one.serving.refresh(anew=way == "anew") for way in ways))

    assert asyncio.run(refresh("usual")) == ["unchanged"]
    assert one.serving.version is before
    # Who shares a refresh with others gets at least what was asked for.
    assert asyncio.run(refresh("usual", "anew", "usual")) == ["refreshed"] * 3
    assert one.serving.version is not before
    assert asyncio.run(refresh("usual")) == ["unchanged"]


def test_the_header_has_weights_loaded_anew_where_it_may(bench: Callable[..., Bench]) -> None:
    one = bench(refresh_weights=True)
    without_waiting(one)
    before = one.serving.version
    response = one.post(CROW, x_refresh_cache="true")
    assert response.headers["x-policy-refresh"] == "refreshed"
    assert one.serving.version is not before


def test_others_that_serve_the_same_are_told_when_a_client_asks(
    bench: Callable[..., Bench],
) -> None:
    one = bench()
    without_waiting(one)
    told: list[str] = []
    one.serving._tell_others = lambda: told.append("told")
    one.post(CROW)
    one.post(CROW, x_refresh_cache="true")
    asyncio.run(one.serving.refresh())
    assert told == ["told"]


def test_a_request_that_is_refused_refreshes_nothing(bench: Callable[..., Bench]) -> None:
    response = bench().post(b"{}", x_refresh_cache="true")
    assert "x-policy-refresh" not in response.headers


def test_a_broken_configuration_is_not_served_at_all(bench: Callable[..., Bench]) -> None:
    with pytest.raises(ConfigurationError):
        bench(text=BROKEN)
    with pytest.raises(ConfigurationError, match="NOT_SET_ANYWHERE"):
        bench(text=POLICIES.replace("configured-key", '"${NOT_SET_ANYWHERE}"'))


def test_placeholders_stay_the_same_over_a_refresh(bench: Callable[..., Bench]) -> None:
    one = bench()
    without_waiting(one)
    asking = {"messages": [{"role": "user", "content": "I am anna@example.com."}]}
    one.post(asking)
    one.path.write_text(DOVES, encoding="utf-8")
    assert one.post(asking, x_refresh_cache="true").headers["x-policy-refresh"] == "refreshed"
    first, second = (body["messages"][0]["content"] for body in one.upstream.bodies)
    assert first == second


class Timed:
    """A configuration that is read by a clock of its own; reading waits to be let go on."""

    def __init__(self) -> None:
        self.now = 0.0
        self.reads: list[float] = []
        self.slept: list[float] = []
        self.begun = threading.Event()
        self.go_on: threading.Event | None = None
        self.serving = Serving(
            self.read, Registry.installed(), clock=lambda: self.now, sleep=self.sleep
        )

    def read(self) -> list[Text]:
        self.reads.append(self.now)
        if len(self.reads) == 2 and self.go_on is not None:
            self.begun.set()
            self.go_on.wait()
        return [Text("a.yaml", POLICIES + f"# {len(self.reads)}\n")]

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)
        self.now += seconds


def test_those_who_wait_for_a_refresh_share_it_and_it_keeps_its_distance() -> None:
    timed = Timed()

    async def main() -> None:
        results = await asyncio.gather(*(timed.serving.refresh() for _ in range(50)))
        assert set(results) == {"refreshed"}
        await timed.serving.refresh()
        timed.now += 10
        await timed.serving.refresh()

    asyncio.run(main())
    assert timed.reads == [0.0, LEAST_INTERVAL, 2 * LEAST_INTERVAL, 2 * LEAST_INTERVAL + 10]
    assert timed.slept == [LEAST_INTERVAL, LEAST_INTERVAL]


def test_who_asks_while_a_refresh_reads_gets_the_next_one() -> None:
    timed = Timed()

    async def main() -> None:
        first = asyncio.create_task(timed.serving.refresh())
        await asyncio.to_thread(timed.begun.wait)
        second = asyncio.create_task(timed.serving.refresh())
        await asyncio.sleep(0)
        go_on.set()
        await asyncio.gather(first, second)

    go_on = timed.go_on = threading.Event()
    asyncio.run(main())
    assert len(timed.reads) == 3


def test_a_client_that_leaves_ends_no_refresh_of_another() -> None:
    timed = Timed()

    async def main() -> None:
        leaving = asyncio.create_task(timed.serving.refresh())
        staying = asyncio.create_task(timed.serving.refresh())
        await asyncio.sleep(0)
        leaving.cancel()
        assert await staying == "refreshed"

    asyncio.run(main())
    assert len(timed.reads) == 2


def test_an_interval_refreshes_again_and_again(
    bench: Callable[..., Bench], caplog: pytest.LogCaptureFixture
) -> None:
    one = bench(refresh_every=5.0)
    caplog.set_level(logging.INFO)
    one.path.write_text(DOVES, encoding="utf-8")
    slept: list[float] = []
    again = asyncio.Event()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if slept.count(5.0) == 3:
            again.set()
            await asyncio.Future()

    one.serving._sleep = sleep
    one.run(lambda _: again.wait())
    assert "refreshed: bare, polite, support" in caplog.text
