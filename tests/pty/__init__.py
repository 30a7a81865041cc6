"""The real program in a pseudo terminal, before a sandbox that is a process of its own."""
