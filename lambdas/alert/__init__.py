"""The alert function: turns an event into an alert, once."""
