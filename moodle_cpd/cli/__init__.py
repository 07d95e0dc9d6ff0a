"""The command line: thin, without decisions of its own."""
