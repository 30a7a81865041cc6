"""The sandbox inside: `hedgerow --demo` starts it as a process of its own, and it ends when Hedgerow does."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass

from tui.paths import HERE
from tui.text import Secret

GRACE_SECONDS = 20
"""In the demo a rotated link dies after 20 seconds instead of PostHog's 5 minutes, so that it can be watched."""
PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Demo:
    """A running sandbox."""

    process: asyncio.subprocess.Process
    host: str
    key: Secret
    project: str

    async def stop(self) -> None:
        """End it. It also ends by itself when its standard input closes, should Hedgerow be killed."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            await asyncio.wait_for(self.process.wait(), 3)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


async def start() -> Demo:
    """Start the sandbox on a free port of this machine. Raises `OSError` with a sentence when it does not come up."""
    # -P keeps the folder one happens to be in out of the import path; a checkout is named instead.
    command = [sys.executable, "-P", "-m", "tui", "sandbox"]
    options = ["--grace", str(GRACE_SECONDS), "--until-stdin-closes"]
    pipe = asyncio.subprocess.PIPE
    environ = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    process = await asyncio.create_subprocess_exec(
        *command, *options, stdin=pipe, stdout=pipe, stderr=pipe, env=environ
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), PATIENCE)
        ready = json.loads(line)
        return Demo(process, str(ready["url"]), Secret(str(ready["key"])), str(ready["project"]))
    except asyncio.CancelledError:
        if process.returncode is None:
            process.kill()
        await process.wait()
        raise
    except (TimeoutError, ValueError, KeyError) as error:
        if process.returncode is None:
            process.kill()
        said = (await process.stderr.read()).decode(errors="replace").strip().splitlines()
        await process.wait()
        reason = said[-1] if said else "it said nothing"
        raise OSError(f"The demo's sandbox did not start: {reason}.") from error
