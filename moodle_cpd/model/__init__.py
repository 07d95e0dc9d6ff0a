"""The nouns of the program: immutable values without I/O, shared by every room."""
