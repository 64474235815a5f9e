"""Text from the inventory as Terraform's JSON takes it: every string there is a template."""

from __future__ import annotations


def literal(text: str) -> str:
    """Return the template that means a text and nothing but it.

    See https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences

    Examples
    --------
    >>> literal("https://example.com/?user=${user}")
    'https://example.com/?user=$${user}'
    """
    return text.replace("${", "$${").replace("%{", "%%{")
