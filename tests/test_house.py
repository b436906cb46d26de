"""The house rules a program can check: what lies where, how long a room may be, what knows what, what docs name."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FUND = ROOT / "fund"
MOST_LINES = 400
MOST_VIEW_LINES = 25

TOP_LEVEL = {
    "fund", "templates", "static", "migrations", "tests", "wsgi.py", "pyproject.toml", "README.md", "Makefile", ".ci",
    "babel.cfg", "requirements", "CHANGELOG.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE", "docs",
    ".gitignore",
}  # fmt: skip
"""What may lie at the top: what DESIGN fixes, and beside it only what tools and readers need."""


def tracked() -> list[Path]:
    """Files that belong to the project: committed, or new and not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def rooms() -> Iterator[tuple[Path, ast.Module]]:
    """Every Python file of the program with its syntax tree."""
    for path in sorted(FUND.rglob("*.py")):
        yield path, ast.parse(path.read_text())


def has_pages(path: Path) -> bool:
    """Whether a file holds views: views.py, or one of several (views_x.py, x_views.py)."""
    return re.fullmatch(r"views|views_\w+|\w+_views", path.stem) is not None


def imports_of(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Pairs (module, name) of all imports that run, at the top and inside functions; name is '' for `import module`."""
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)


def test_the_top_level_holds_only_what_the_design_allows() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} - TOP_LEVEL == set()


def test_no_file_is_longer_than_a_room_may_be() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path, _ in rooms()}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_every_file_says_what_it_is() -> None:
    silent = [str(path.relative_to(ROOT)) for path, tree in rooms() if tree.body and not ast.get_docstring(tree)]
    assert silent == []


def test_no_view_hides_a_rule_by_its_length() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path, tree in rooms()
        if has_pages(path)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > MOST_VIEW_LINES
    }
    assert long == {}


def test_views_know_no_other_features_tables() -> None:
    strangers = [
        f"{path.relative_to(ROOT)}: {module}"
        for path, tree in rooms()
        if has_pages(path)
        for module, name in imports_of(tree)
        if re.fullmatch(r"fund\.\w+\.models", module if name != "models" else f"{module}.models")
        and module.split(".")[1] != path.relative_to(FUND).parts[0]
    ]
    assert strangers == []


def name_of(path: Path) -> str:
    """A file's dotted name. A feature's pages are one room, in however many files they are written."""
    return as_one_room(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))


def as_one_room(dotted: str) -> str:
    """`fund.x.views` for every name that `has_pages` of the feature x."""
    return re.sub(r"^(fund\.\w+)\.(views_\w+|\w+_views)$", r"\1.views", dotted)


def test_no_import_goes_round_in_a_circle() -> None:
    names = {name_of(path) for path, _ in rooms()}
    graph: dict[str, set[str]] = {name: set() for name in names}
    for path, tree in rooms():
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("fund"):
                for alias in node.names:
                    target = as_one_room(f"{node.module}.{alias.name}")
                    graph[name_of(path)].add(target if target in names else as_one_room(node.module or ""))
    for name, targets in graph.items():
        targets.discard(name)
    assert circle_in(graph) == []


def circle_in(graph: dict[str, set[str]]) -> list[str]:
    """One circle of a graph, as the names along it; empty if there is none."""
    done: set[str] = set()

    def walk(name: str, trail: list[str]) -> list[str]:
        if name in trail:
            return trail[trail.index(name) :]
        if name in done:
            return []
        for target in sorted(graph.get(name, ())):
            if found := walk(target, [*trail, name]):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(graph) if (found := walk(name, []))), [])


def test_a_circle_would_be_found() -> None:
    assert circle_in({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c"]
    assert circle_in({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_services_never_see_a_request() -> None:
    seeing = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, tree in rooms()
        if path.name == "service.py"
        for module, name in imports_of(tree)
        if (module == "flask" and name in {"request", "session", "redirect", "flash", "render_template"})
        or module in {"flask_login", "flask_wtf"}
    ]
    assert seeing == []


@pytest.mark.parametrize("pure", ["counting", "charter"])
def test_pure_rooms_stay_pure(pure: str) -> None:
    common = {"fund.errors", "fund.currency", "fund.counting"}
    allowed = {"counting": common, "charter": common | {"fund.charter"}}[pure]
    outside = {
        f"{path.relative_to(ROOT)}: {module}"
        for path, tree in rooms()
        if path.is_relative_to(FUND / pure)
        for module, _ in imports_of(tree)
        if module.split(".")[0] in {"flask", "flask_babel", "sqlalchemy", "werkzeug", "jinja2", "huey"}
        or (module.startswith("fund") and not any((module + ".").startswith(room + ".") for room in allowed))
    }
    assert outside == set()


@pytest.mark.parametrize("command", [["count"], ["charter", "check"]])
def test_count_and_charter_import_neither_flask_nor_sqlalchemy(command: list[str]) -> None:
    script = f"""
import sys
from fund.cli import main
try:
    main({[*command, "no-such-file"]!r}, prog_name="fund")
except SystemExit:
    pass
heavy = {{"flask", "sqlalchemy", "werkzeug", "jinja2", "alembic", "huey"}}
print(sorted(m for m in sys.modules if m.split(".")[0] in heavy))
print("fund.counting" in sys.modules or "fund.charter" in sys.modules)
"""
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-2:] == ["[]", "True"], ended.stdout + ended.stderr


def test_no_file_names_the_address_of_a_package_registry() -> None:
    host = re.compile(r"(pypi|pythonhosted|npmjs|registry\.npm|debian)\.(org|com)|--(extra-)?index-url", re.IGNORECASE)
    naming = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path != Path(__file__) and path.suffix not in {".png", ".woff2", ".gz", ".xlsx", ".pdf", ".jpg", ".ttf"}
        if host.search(path.read_text(errors="replace"))
    ]
    assert naming == []


def test_dependencies_are_locked_with_hashes() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        pinned = re.findall(r"^\S+==\S+.*?(?=^\S|\Z)", path.read_text(), re.MULTILINE | re.DOTALL)
        assert pinned, path
        assert all("--hash=sha256:" in one for one in pinned), path


def test_templates_hold_no_inline_style_or_script() -> None:
    inline = re.compile(r"<style|\sstyle\s*=|<script(?![^>]*\ssrc=)|\son\w+\s*=\s*[\"']|javascript:", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "templates").rglob("*"))
        if path.suffix in {".html", ".svg", ".jinja"}
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if inline.search(line)
    ]
    assert found == []


def test_pages_ask_no_third_party_for_anything() -> None:
    fetched = re.compile(r"(?:src|href|url|@import)\s*[=(]?\s*[\"'(]?\s*(?:https?:)?//(?!www\.w3\.org)", re.IGNORECASE)
    places = [
        path for folder in ("templates", "static") for path in sorted((ROOT / folder).rglob("*")) if path.is_file()
    ]
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in places
        if path.suffix in {".html", ".css", ".js", ".svg"}
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if fetched.search(line) and "<a " not in line
    ]
    assert found == []


def test_the_readme_names_only_targets_that_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        named = set(re.findall(r"(?:`|^ {4}|^)make ([a-z-]+)", path.read_text(), re.MULTILINE))
        assert named <= targets, path
    helped = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert all(f"make {target} " in helped for target in targets)


def test_docs_name_every_command_and_every_setting() -> None:
    from fund.cli import COMMANDS

    docs = "\n".join(path.read_text() for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))])
    assert [name for name in COMMANDS if f"fund {name}" not in docs] == []
    constants = {node.value for _, tree in rooms() for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    settings = {value for value in constants if isinstance(value, str) and re.fullmatch(r"FUND_[A-Z_]+[A-Z]", value)}
    assert sorted(name for name in settings if name not in (ROOT / "docs/deploy.md").read_text()) == []
    named = set(re.findall(r"FUND_[A-Z_]+[A-Z]", docs)) - {"FUND_TEST_DATABASE", "FUND_CONFORMANCE"}
    assert sorted(named - settings) == []


def test_one_version_everywhere() -> None:
    from fund import __version__

    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text()
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text()
