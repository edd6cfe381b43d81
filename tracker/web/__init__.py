"""Shared HTTP: kept pages and how they are served, errors, headers, templates."""
