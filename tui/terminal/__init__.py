"""The last gate to the terminal."""
