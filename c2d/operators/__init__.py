"""Operators: the people who answer clients and set things up."""

from c2d.core.permissions import LEADS, TEAM, Action, Section
from c2d.core.slice import Slice

PERMISSIONS = (
    Section("operators", "Operators list", LEADS, TEAM),
    Action("operators.manage", "Add and change operators", (), TEAM),
    Section("groups", "Operator groups", (), TEAM),
    Section("statuses", "Operator statuses", (), TEAM),
)
bp = Slice("operators", __name__, PERMISSIONS)
