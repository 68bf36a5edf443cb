"""`python -m yidi_cli`."""

from yidi_cli.cli import main

main()
