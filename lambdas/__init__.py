"""What runs in AWS. Standard library and boto3 only: a cold start is part of how soon somebody knows."""
