"""The policy documents that make a purge impossible for everybody but those whom the inventory names."""
