"""Roles: sets of permissions given to operators."""
