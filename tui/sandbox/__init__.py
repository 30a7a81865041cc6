"""A PostHog-compatible server that fits in a folder: for trying, testing, screenshots and benchmarks."""
