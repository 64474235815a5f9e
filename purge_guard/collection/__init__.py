"""What ``purge-guard snapshot`` collects, and how it is written; `policies.snapshot` reads it."""
