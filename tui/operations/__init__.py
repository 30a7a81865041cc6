"""What an operator wants done: async generators of events, usable without a screen."""
