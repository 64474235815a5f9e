"""The ground: what a purge is, who may do it, and what everything is called. Pure rules, no AWS call."""
