"""Calls go down, facts go up: who may import whom."""

import ast
from pathlib import Path

import pytest

from c2d import wiring
from c2d.config import ROOT

CODE = sorted((ROOT / "c2d").rglob("*.py"))
# what stands outside the order of slices, with those who may import it
ABOVE = {"wiring", "launcher", "config"}


def modules(path: Path) -> list[str]:
    """The c2d modules a file imports, as 'c2d.dialogs.queries'."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("c2d"):
            found += [f"{node.module}.{name.name}" for name in node.names]
        elif isinstance(node, ast.Import):
            found += [name.name for name in node.names if name.name.startswith("c2d")]
    return found


def slice_of(dotted: str) -> str:
    return (dotted.split(".") + [""])[1]


def place(path: Path) -> str:
    parts = path.relative_to(ROOT / "c2d").parts
    return parts[0] if len(parts) > 1 else parts[0].removesuffix(".py")


def test_a_slice_imports_only_what_stands_to_its_left():
    order = {name: n for n, name in enumerate(wiring.SLICES)}
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in CODE if place(path) in order
        for module in modules(path)
        if slice_of(module) in ABOVE - {"config"}
        or (slice_of(module) in order and order[slice_of(module)] > order[place(path)])
    ]
    assert wrong == []


def test_the_core_knows_no_slice():
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in CODE if place(path) == "core"
        for module in modules(path) if slice_of(module) not in ("core", "config")
    ]
    assert wrong == []


def test_facts_import_nothing_but_their_base():
    files = [path for path in CODE if path.name == "events.py" and place(path) != "core"]
    assert files
    wrong = [f"{path}: {module}" for path in files for module in modules(path) if module != "c2d.core.events.Event"]
    assert wrong == []


def test_adapters_know_neither_database_nor_each_other():
    files = [path for path in CODE if "adapters" in path.parts]
    assert files
    shared = [f"c2d.channels.adapters.{path.stem}" for path in files if path.parent.name == "adapters"]
    allowed = ("c2d.channels.contract", "c2d.core.http", *(name for name in shared if "__init__" not in name))
    wrong = []
    for path in files:
        own = ".".join(path.relative_to(ROOT).with_suffix("").parts[:-1])
        wrong += [f"{path}: {m}" for m in modules(path) if not m.startswith((*allowed, own))]
    assert wrong == []


def test_nothing_is_imported_inside_a_function():
    wrong = []
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                wrong += [
                    f"{path.relative_to(ROOT)}:{inner.lineno}"
                    for inner in ast.walk(node) if isinstance(inner, ast.Import | ast.ImportFrom)
                ]
    assert wrong == []


def _graph() -> dict[str, set[str]]:
    names = {".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): p for p in CODE}
    graph = {}
    for name, path in names.items():
        wanted = modules(path)
        graph[name] = {m if m in names else m.rpartition(".")[0] for m in wanted} & set(names) - {name}
    return graph


def test_no_module_imports_itself_in_a_circle():
    graph, done, path = _graph(), set(), []

    def visit(name: str) -> list[str]:
        if name in path:
            return [*path[path.index(name):], name]
        if name in done:
            return []
        path.append(name)
        for other in sorted(graph[name]):
            # a package's face is loaded with any of its modules
            if not name.startswith(other + ".") and (circle := visit(other)):
                return circle
        path.pop()
        done.add(name)
        return []

    circles = [circle for name in sorted(graph) if (circle := visit(name))]
    assert circles == []


DOORS = {
    "exec_driver_sql": {"c2d/core/sql.py", "migrations/env.py"},
    "all_companies(": None,
    "httpx.Client(": {"c2d/core/http.py"},
    "Markup(": {"c2d/core/text.py"},
    "|safe": set(),
    "render_template_string": set(),
    "datetime.utcnow": set(),
}


@pytest.mark.parametrize("door", [name for name, files in DOORS.items() if files is not None])
def test_there_is_one_door_for_each_dangerous_thing(door):
    files = [*CODE, *(ROOT / "templates").rglob("*.html")]
    users = {str(path.relative_to(ROOT)) for path in files if door in path.read_text().replace("| safe", "|safe")}
    assert users <= DOORS[door]
