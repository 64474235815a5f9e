"""Programs that end at their first request to AWS, each started as a process of its own."""
