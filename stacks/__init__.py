"""What is deployed: the hub, the accounts, and the parts that they are made of."""
