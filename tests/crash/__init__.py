"""Kills things while messages are sent, and proves that nothing owed is lost."""
