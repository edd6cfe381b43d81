"""People: who can sign in, how, with which rights, and what was done. Imports no other feature."""
