"""Editors record facts here; the only feature that brings the record and the alerts together."""
