"""An authority's action plan: from gaps to actions, how they go, and plans that are brought in as a file."""
