"""The pages that people read, held against what they speak of."""
