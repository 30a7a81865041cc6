"""What the screens are made of: every widget draws lines (`tui.lines`), and repaints only those that
changed.
"""
