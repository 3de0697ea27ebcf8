"""Roles: sets of permissions given to operators."""

from c2d.core.slice import Slice

bp = Slice("roles", __name__)
