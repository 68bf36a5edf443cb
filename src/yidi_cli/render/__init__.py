"""From a plan to a page: one document, several formats."""
