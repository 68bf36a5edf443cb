"""From a case to a plan: facts, matching, overrides, dates."""
