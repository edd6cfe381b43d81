"""The record to take away: tables with their metadata, a calendar, badges, and one archive of everything."""
