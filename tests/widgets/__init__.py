"""Tests of the drawing layer: lines, themes and widgets."""
