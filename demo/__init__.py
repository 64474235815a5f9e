"""The demonstration: the whole path from a purge to an alert, on one machine."""
