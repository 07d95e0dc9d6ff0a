"""Does a test notice when the code that decides is changed? ``docs/developers/mutation.md``."""
