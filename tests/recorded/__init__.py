"""What a real Moodle answered, and how it describes its functions; written by ``tests.live``."""
