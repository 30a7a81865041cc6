"""What is known: facts, the state made of them, the one gate for commands, the worker and the disk."""
