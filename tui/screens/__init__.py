"""The screens: each reads slices of the store, draws them, and sends commands."""
