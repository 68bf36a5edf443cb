"""What is known: typed rules, sources, questions and places, and how they are read."""
