"""What ``purge-guard protect`` does; `policies.prevention.queue` says what goes into a policy."""
