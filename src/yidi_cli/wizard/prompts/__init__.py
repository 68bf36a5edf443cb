"""The only module that draws questions: questionary, numbered lines, or a script."""
