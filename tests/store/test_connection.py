"""From settings to a client: where the key comes from, what is said when there is none, and the demo's sandbox."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.store.house import PATIENCE
from tui import demo
from tui.config import load
from tui.connection import SettingsConnection
from tui.flags import Flags
from tui.text import Secret

pytestmark = pytest.mark.anyio


def connection(tmp_path: Path, flags: Flags | None = None, **environ: str) -> SettingsConnection:
    place = {"HEDGEROW_CONFIG": str(tmp_path / "none.toml"), "HEDGEROW_STATE_DIR": str(tmp_path)}
    return SettingsConnection(load(flags or Flags(), {**place, **environ}))


async def test_a_client_is_as_the_settings_say(tmp_path: Path) -> None:
    flags = Flags(host="https://eu.posthog.com", project=42, read_only=True)
    found = connection(tmp_path, flags, HEDGEROW_API_KEY="phx_key")
    client = await found.open(lambda call: None)
    try:
        assert (client.origin.url(), client.project, client.prefix) == ("https://eu.posthog.com", "42", "projects")
        assert client.read_only
        assert client._key == Secret("phx_key")
    finally:
        await client.aclose()
        await found.close()


async def test_without_a_keyring_there_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[profiles.prod]\nhost = "eu.posthog.com"\nkey_from = "keyring"\n')
    found = connection(tmp_path, HEDGEROW_CONFIG=str(path))
    with pytest.raises(ValueError, match="HEDGEROW_API_KEY works without one"):
        await found.open(lambda call: None)


@pytest.mark.parametrize("host", ["http://posthog.example", "https://us.i.posthog.com"])
async def test_a_host_that_must_not_get_the_key_is_refused(tmp_path: Path, host: str) -> None:
    found = connection(tmp_path, HEDGEROW_HOST=host, HEDGEROW_API_KEY="phx_key")
    with pytest.raises(ValueError, match="https://"):
        await found.open(lambda call: None)


async def test_the_demo_opens_its_own_sandbox_and_ends_it(tmp_path: Path) -> None:
    found = connection(tmp_path, Flags(demo=True))
    client = await found.open(lambda call: None)
    assert found._demo is not None
    process = found._demo.process
    try:
        assert (await client.accounts.project()).name == "Acme Shop"
        assert process.returncode is None
    finally:
        await client.aclose()
        await found.close()
    assert process.returncode == 0
    await found.close()


async def test_a_demo_that_is_not_waited_for_leaves_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[asyncio.subprocess.Process] = []
    real = asyncio.create_subprocess_exec

    async def watched(*command: str, **options: object) -> asyncio.subprocess.Process:
        process = await real(*command, **options)  # type: ignore[arg-type]
        started.append(process)
        begun.set()
        return process

    begun = asyncio.Event()
    monkeypatch.setattr(asyncio, "create_subprocess_exec", watched)
    starting = asyncio.create_task(demo.start())
    await asyncio.wait_for(begun.wait(), PATIENCE)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert started[0].returncode is not None


async def test_a_demo_that_does_not_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "GRACE_SECONDS", -1)
    with pytest.raises(OSError, match="The demo's sandbox did not start: "):
        await demo.start()
