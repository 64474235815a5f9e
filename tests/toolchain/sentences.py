def is_one_sentence(text: str) -> bool:
    """Tell whether a person reads one line that ends, and no traceback."""
    return text.count("\n") == 0 and text.endswith(".") and ". " not in text and "Traceback" not in text
