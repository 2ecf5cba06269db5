"""What a benchmark found: rows with a figure and a ratio, as text, JSON, Markdown and a chart."""

import html
import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Row:
    label: str
    value: float | None = None   # None: this row could not be measured, and `note` says why
    ratio: float | None = None   # to the row that the table names
    own: bool = False            # klpolicy, not what it is held against
    note: str = ""               # further figures of the row, or why there are none


@dataclass
class Table:
    name: str                    # of the benchmark
    title: str
    unit: str
    ratio: str                   # what the ratio is, in words
    rows: list = field(default_factory=list)
    goals: list = field(default_factory=list)     # (goal, what was found)
    notes: list = field(default_factory=list)
    machine: str = ""

    def text(self):
        lines = [self.title, f"  {self.machine}"]
        width = max(len(row.label) for row in self.rows)
        lines.append(f"  {'':{width}}  {self.unit:>17}  ratio")
        for row in self.rows:
            lines.append(f"  {row.label:{width}}  {figure(row.value):>17}  "
                         f"{figure(row.ratio):>6}  {row.note}".rstrip())
        lines.append(f"  ratio: {self.ratio}")
        lines += [f"  goal: {goal}: {found}" for goal, found in self.goals]
        lines += [f"  {note}" for note in self.notes]
        return "\n".join(lines) + "\n"

    def markdown(self):
        lines = [f"## {self.title}", "", f"![{self.title}]({self.name}.svg)", "",
                 f"| | {self.unit} | ratio | |", "|---|---:|---:|---|"]
        for row in self.rows:
            label = f"**{row.label}**" if row.own else row.label
            lines.append(f"| {label} | {figure(row.value)} | {figure(row.ratio)} | {row.note} |")
        lines += ["", f"Ratio: {self.ratio}.", ""]
        lines += [f"- Goal: {goal}: {found}." for goal, found in self.goals]
        lines += [f"- {note}" for note in self.notes]
        lines += [f"- Measured on: {self.machine}.", ""]
        return "\n".join(lines)

    def chart(self):
        """An SVG of its own: no script, no font, nothing from elsewhere."""
        left, right, line = 300, 330, 24
        most = max((row.value for row in self.rows if row.value), default=1)
        parts, y = [], 52
        for row in self.rows:
            parts.append(f'<text x="{left - 10}" y="{y + 13}" text-anchor="end">'
                         f"{html.escape(shorter(row.label, 46))}</text>")
            if row.value is None:
                parts.append(f'<text x="{left}" y="{y + 13}" fill="#777">'
                             f"{html.escape(shorter(row.note, 70))}</text>")
            else:
                width = max(1.0, row.value / most * right)
                colour = "#1565c0" if row.own else "#9e9e9e"
                ratio = "" if row.ratio is None else f"  (× {figure(row.ratio)})"
                parts.append(f'<rect x="{left}" y="{y}" width="{width:.1f}" height="17" fill="{colour}"/>'
                             f'<text x="{left + width + 6:.0f}" y="{y + 13}">'
                             f"{figure(row.value)} {html.escape(self.unit)}{ratio}</text>")
            y += line
        y += 16
        for words in [f"× : {self.ratio}", self.machine]:
            parts.append(f'<text x="10" y="{y}" fill="#555" font-size="11">{html.escape(words)}</text>')
            y += 16
        return (f'<svg xmlns="http://www.w3.org/2000/svg" width="860" height="{y}" '
                f'viewBox="0 0 860 {y}" font-family="sans-serif" font-size="12">'
                f'<rect width="860" height="{y}" fill="#fff"/>'
                f'<text x="10" y="26" font-size="15">{html.escape(self.title)}</text>'
                f'{"".join(parts)}</svg>\n')

    def keep(self, folder):
        (folder / f"{self.name}.json").write_text(
            json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n")
        (folder / f"{self.name}.svg").write_text(self.chart())


def read(path):
    found = json.loads(path.read_text())
    return Table(**{**found, "rows": [Row(**row) for row in found["rows"]]})


def page(folder, names):
    """All that is kept, as one page in the order of `names`."""
    tables = [read(path) for path in (folder / f"{name}.json" for name in names) if path.exists()]
    (folder / "README.md").write_text(
        "# Figures\n\nWritten by `Tests/Benchmarks/run --keep`: [how](../README.md). Each ratio is of one "
        "run, in which all rows took turns.\n\n" + "\n".join(table.markdown() for table in tables))


def figure(value):
    """Three digits or all before the point."""
    if value is None:
        return "–"
    if value and abs(value) < 100:
        return f"{value:.{2 if abs(value) >= 1 else 3}f}".rstrip("0").rstrip(".") if value >= 10 else f"{value:.2f}"
    return f"{value:,.0f}"


def shorter(text, most):
    return text if len(text) <= most else text[:most - 1] + "…"


def machine():
    """The processor, how many, the kernel, the distribution, and what else the machine does."""
    words = dict(line.split(":", 1) for line in Path("/proc/cpuinfo").read_text().splitlines() if ":" in line)
    words = {key.strip(): value.strip() for key, value in words.items()}
    model = words.get("model name", platform.machine())
    system = Path("/etc/os-release").read_text()
    name = next((line.split("=", 1)[1].strip('"') for line in system.splitlines()
                 if line.startswith("PRETTY_NAME=")), "Linux")
    return (f"{model}, {os.cpu_count()} processors, {name}, Linux {platform.release()}, "
            f"load {os.getloadavg()[0]:.1f} at the start")


def version_of(command):
    """The first line that a program says of itself, or its name."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return command[0]
    return (done.stdout or done.stderr or command[0]).splitlines()[0].strip()
