"""The environment, and the errors a user may see."""
