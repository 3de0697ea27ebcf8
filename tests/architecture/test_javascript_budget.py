"""The page's own scripts stay small: the vendored libraries do the work."""
from hashlib import sha256
from pathlib import Path

from rjsmin import jsmin

STATIC = Path(__file__).parents[2] / "static"
BUDGET = 12_000


def minified(path):
    return len(jsmin(path.read_text()).encode())


def test_all_own_scripts_together_fit_the_budget():
    sizes = {path.name: minified(path) for path in (STATIC / "js").rglob("*.js")}
    assert sizes, "no scripts found, so nothing was measured"
    assert sum(sizes.values()) <= BUDGET, sizes


def test_vendored_files_are_the_ones_that_were_vetted():
    vendor = STATIC / "vendor"
    listed = dict(reversed(line.split("  ./")) for line in (vendor / "SHA256SUMS").read_text().splitlines())
    found = {
        str(path.relative_to(vendor)): sha256(path.read_bytes()).hexdigest()
        for path in vendor.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    }
    assert found == listed
