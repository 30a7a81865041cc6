"""PostHog over HTTP, typed. Importing this package loads neither httpx nor pydantic; its modules do."""
