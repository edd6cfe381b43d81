"""Watching what is published: sources, fetching, sightings, and what each is evidence for."""
