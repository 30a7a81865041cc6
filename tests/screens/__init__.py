"""The screens, driven by keys before a sandbox."""
