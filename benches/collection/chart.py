"""The table and the picture of docs/speed.json, for scripts/measurements.py. Standard library only."""
import math

WIDTH, HEIGHT, TOP, BOTTOM, GAP = 960, 330, 86, 56, 64
INK, GREY, LINE, MAIN, SECOND = "#1f2937", "#4b5563", "#e5e7eb", "#1d4ed8", "#c2410c"


def table(figures):
    """What must be reached, what was, and the rest of what was measured."""
    out = ["| measure | ratio | to reach | measured |", "|---|---|---|---|"]
    for name, row in figures.items():
        if name == "growth":
            continue
        ratio = row.get("ratio") or f"{row['milliseconds']} ms"
        rest = "; ".join(f"{key} {value}" for key, value in row.items() if key not in ("ratio", "reach", "milliseconds"))
        out.append(f"| {name} | **{ratio}** | {row['reach']} | {rest} |")
    return out


class Panel:
    """One plot: points on a logarithmic x axis, y from 0 (or logarithmic too)."""

    def __init__(self, left, width, xs, top, log_y=False):
        self.left, self.width, self.log_y = left, width, log_y
        self.low, self.high = math.log(min(xs)), math.log(max(xs))
        self.top = math.log10(top) if log_y else top
        self.floor = -2.0 if log_y else 0.0

    def x(self, value):
        return self.left + self.width * (math.log(value) - self.low) / (self.high - self.low)

    def y(self, value):
        value = max(math.log10(value), self.floor) if self.log_y else value
        share = (value - self.floor) / (self.top - self.floor)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    def axis(self, title, below, ticks, values, unit):
        out = [f'<text x="{self.left}" y="68" font-weight="600">{title}</text>']
        for value, label in values:
            y = self.y(value)
            out.append(f'<line x1="{self.left}" x2="{self.left + self.width}" y1="{y:.1f}" y2="{y:.1f}" stroke="{LINE}"/>')
            out.append(f'<text x="{self.left - 6}" y="{y + 4:.1f}" text-anchor="end" fill="{GREY}">{label}{unit}</text>')
        for value, label in ticks:
            out.append(f'<text x="{self.x(value):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle" fill="{GREY}">{label}</text>')
        middle = self.left + self.width / 2
        out.append(f'<text x="{middle}" y="{HEIGHT - 16}" text-anchor="middle" fill="{GREY}">{below}</text>')
        return out

    def curve(self, points, colour, dashed=False):
        path = " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in points)
        dash = ' stroke-dasharray="4 4"' if dashed else ""
        out = [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>']
        if not dashed:
            out += [f'<circle cx="{self.x(x):.1f}" cy="{self.y(y):.1f}" r="4" fill="{colour}"/>' for x, y in points]
        return out


def draw(growth, shipped):
    wide = (WIDTH - 4 * GAP) / 3
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="system-ui, sans-serif" font-size="13" fill="{INK}" role="img" '
        'aria-label="Time by size of input, by number of rules, and by jobs">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        '<text x="16" y="28" font-size="17" font-weight="600">How the time grows</text>',
        f'<text x="16" y="48" fill="{GREY}">Chinese pages as JSON Lines, profile article, {growth["cores"]} cores; dashed: in proportion</text>',
    ]
    # Size of input, both axes logarithmic: a straight line of slope one is linear time.
    sizes = [(int(mb), row["seconds"]) for mb, row in growth["size"].items()]
    panel = Panel(GAP, wide, [mb for mb, _ in sizes], 100, log_y=True)
    out += panel.axis("by size of input", "MiB", [(mb, mb) for mb, _ in sizes], [(v, v) for v in (0.01, 0.1, 1, 10, 100)], " s")
    (first, _), (last, seconds) = sizes[0], sizes[-1]
    out += panel.curve([(first, seconds * first / last), (last, seconds)], GREY, dashed=True) + panel.curve(sizes, MAIN)
    # Number of rules: the run without its start, and the start alone.
    rules = [(shipped if name == "shipped" else int(name), row) for name, row in growth["rules"].items()]
    base = next(row for name, row in growth["rules"].items() if name == "shipped")
    base = base["seconds"] - base["start"]
    rows = [(count, (row["seconds"] - row["start"]) / base) for count, row in rules]
    panel = Panel(2 * GAP + wide, wide, [count for count, _ in rows], 2)
    out += panel.axis("by number of rules (start left out)", "rules", [(c, c if c < 1000 else f"{c // 1000}k") for c, _ in rows],
                      [(v, v) for v in (0, 0.5, 1, 1.5, 2)], "×")
    out += panel.curve(rows, MAIN)
    # Jobs: how many times as fast as one.
    jobs = [(int(n), growth["jobs"]["1"] / seconds) for n, seconds in growth["jobs"].items()]
    panel = Panel(3 * GAP + 2 * wide, wide, [n for n, _ in jobs], max(2.0, growth["cores"]))
    out += panel.axis("by jobs (times as fast as one)", "jobs", [(n, n) for n, _ in jobs], [(v, v) for v in (0, 0.5, 1, 1.5, 2)], "×")
    ideal = [(n, min(n, growth["cores"])) for n, _ in jobs]
    out += panel.curve(ideal, GREY, dashed=True) + panel.curve(jobs, MAIN) + ["</svg>"]
    return "\n".join(out) + "\n"
