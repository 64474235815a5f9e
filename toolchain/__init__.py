"""What purge-guard needs on a machine: Python packages, Node, the cdktf command line and Terraform.

It stands alone on Python's standard library, because it runs before anything is installed:
``python3 -m toolchain setup``. The demo and the tests ask it for the environment in which cdktf and Terraform
run (:func:`toolchain.terraform.terraform_environment`).
"""
