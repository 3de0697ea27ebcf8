"""Operators: the people who answer clients and set things up."""
