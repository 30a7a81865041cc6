"""The pictures in the README are what the program shows now."""

from __future__ import annotations

import re

import pytest

from tests import screenshots


def test_the_pictures_are_as_drawn_now(capsys: pytest.CaptureFixture[str]) -> None:
    assert screenshots.main(["--check"]) == 0, capsys.readouterr().err


def test_the_pictures_load_nothing() -> None:
    files = sorted(screenshots.FOLDER.glob("*.svg"))
    assert {file.stem for file in files} == set(screenshots.PICTURES)
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert set(re.findall(r"https?://[^\s\"'<)&]*", text)) <= {"http://www.w3.org/2000/svg"}
        assert not re.search(r"@import|@font-face|<image|<script|\shref=", text)
