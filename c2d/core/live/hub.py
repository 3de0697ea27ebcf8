"""The hub of one process (see the package's docstring)."""


class Hub:
    """Holds the sockets of one process and brings them the events of their companies."""
