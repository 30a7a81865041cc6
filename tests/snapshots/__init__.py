"""Pictures of the screens, accepted by people."""
