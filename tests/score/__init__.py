"""Scores: promises proven against real processes, each a module with one function.

`tests/score/<name>.py` begins with a docstring whose first line says what is promised and offers
`run(scale: float = 1.0) -> tuple[bool, str]`: whether the promise held, and one line of figures.
"""
