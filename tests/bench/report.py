"""The benchmark's table and graph as docs/performance.md holds them, between two marks; the words around stay."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from math import log10
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
COLOURS = {"irv": "#1b5e8a", "stv": "#a4480f"}
LEFT, RIGHT, TOP, BOTTOM, WIDTH, HEIGHT = 70, 150, 20, 45, 640, 300


def machine() -> str:
    """Processor, cores and Python."""
    model = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())  # fmt: skip
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {version('numpy')}"


def line_of(row: dict[str, Any]) -> str:
    """One ratio in words."""
    agree = "" if row["agree"] else "  OTHER RESULT"
    return (f"{row['what']:62} {row['program']:10} {row['theirs']:9.3f} s  ours {row['ours'] * 1000:8.2f} ms  "
            f"{row['ratio']:7.0f}x (wanted {row['wanted']}){agree}")  # fmt: skip


def write(
    page: Path,
    rows: list[dict[str, Any]],
    sizes: list[dict[str, Any]],
    starts: list[dict[str, Any]],
    programs: dict[str, str],
    flat: list[dict[str, Any]],
) -> None:
    """Put the measured part into the page, and the graph beside it."""
    graph = page.parent / "performance" / "counting.svg"
    graph.parent.mkdir(exist_ok=True)
    graph.write_text(drawn(sizes))
    text = page.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n{_measured(rows, sizes, starts, programs, flat)}\n{END}{after}")


def _measured(
    rows: list[dict[str, Any]],
    sizes: list[dict[str, Any]],
    starts: list[dict[str, Any]],
    programs: dict[str, str],
    flat: list[dict[str, Any]],
) -> str:
    named = ", ".join(f"{name} {number}" for name, number in programs.items() if name != "Python")
    lines = [f"{datetime.now(UTC):%Y-%m-%d}; {machine()}; load {os.getloadavg()[0]:.1f} when done; beside {named}.", ""]
    lines += [
        "| contest | program | theirs, ms | ours, ms | ratio | wanted | same winners |",
        "|---|---|--:|--:|--:|--:|---|",
    ]
    lines += [
        f"| {row['what']} | {row['program']} | {row['theirs'] * 1000:,.2f} | {row['ours'] * 1000:.2f} | {row['ratio']:.0f} | "
        f"{row['wanted']} | {'yes' if row['agree'] else 'no'} |"
        for row in rows
    ]
    lines += ["", "| `fund count` as typed | clock, s | processor, s |", "|---|--:|--:|"]
    lines += [f"| {each['what']} | {each['wall']:.2f} | {each['seconds']:.2f} |" for each in starts]
    lines += ["", "![Nanoseconds a ballot by number of ballots](performance/counting.svg)", "",
              "| rule | ballots | different | counting, s | ns a ballot | reading, µs a ballot | most memory, MiB |",
              "|---|--:|--:|--:|--:|--:|--:|"]  # fmt: skip
    lines += [
        f"| {each['rule']} | {each['ballots']:,} | {each['groups']:,} | {each['seconds']:.3f} | "
        f"{each['seconds'] / each['ballots'] * 1e9:.0f} | {each['read'] / each['ballots'] * 1e6:.2f} | "
        f"{each['bytes'] / 2**20:.0f} |"
        for each in sizes
    ]
    lines += ["", "| rule | ballots | different | counting, ms | ns a ballot |", "|---|--:|--:|--:|--:|"]
    lines += [
        f"| {each['rule']} | {each['ballots']:,} | {each['groups']:,} | {each['seconds'] * 1000:.1f} | "
        f"{each['seconds'] / each['ballots'] * 1e9:.0f} |"
        for each in flat
    ]
    return "\n".join(lines)


def drawn(sizes: list[dict[str, Any]]) -> str:
    """Nanoseconds a ballot against the number of ballots, a line a rule; figures stand at every point."""
    across, up = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    ballots = sorted({each["ballots"] for each in sizes})
    most = max((each["seconds"] / each["ballots"] * 1e9 for each in sizes), default=1) * 1.25
    low, high = log10(ballots[0]) - 0.1, log10(ballots[-1]) + 0.1

    def spot(each: dict[str, Any]) -> tuple[float, float, float]:
        value = each["seconds"] / each["ballots"] * 1e9
        return LEFT + (log10(each["ballots"]) - low) / (high - low) * across, TOP + up * (1 - value / most), value

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        "<title>Nanoseconds of counting a ballot, by number of ballots</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<path d="M{LEFT} {TOP}V{TOP + up}H{LEFT + across}" fill="none" stroke="#555555"/>',
        f'<text x="{LEFT - 8}" y="{TOP + up + 4}" text-anchor="end">0</text>',
        f'<text x="{LEFT - 8}" y="{TOP + 10}" text-anchor="end">{most:.0f} ns</text>',
        f'<text x="{LEFT + across / 2:.0f}" y="{HEIGHT - 6}" text-anchor="middle">ballots</text>',
    ]
    for number in ballots:
        x = LEFT + (log10(number) - low) / (high - low) * across
        parts.append(f'<text x="{x:.0f}" y="{TOP + up + 18}" text-anchor="middle">{number:,}</text>')
    for rule, colour in COLOURS.items():
        spots = [spot(each) for each in sizes if each["rule"] == rule]
        if spots:
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in spots)
            parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
            for x, y, value in spots:
                parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>')
                parts.append(
                    f'<text x="{x:.1f}" y="{y - 8:.1f}" text-anchor="middle" fill="{colour}">{value:.0f}</text>'
                )
            x, y, _ = spots[-1]
            parts.append(f'<text x="{x + 24:.1f}" y="{y + 4:.1f}" fill="{colour}">{rule}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
