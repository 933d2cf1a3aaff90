"""What is written instead of glyphs that a terminal does not have, or that take too long over a slow line; each as wide.

``lean`` writes them.
"""

from __future__ import annotations

_PLAIN = {
    "▸": "►", "▾": "▼", "◂": "◄", "▴": "▲", "✓": "√", "✔": "√", "✗": "x", "✘": "x", "…": "~", "−": "-", "–": "-", "—": "-",
    "“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "●": "•", "◉": "•", "╭": "┌", "╮": "┐", "╰": "└", "╯": "┘",
    "┃": "│", "━": "─", "┏": "┌", "┓": "┐", "┗": "└", "┛": "┘", "╸": "─", "╺": "─", "▏": "▌", "▎": "▌", "▍": "▌", "▋": "█", "▊": "█",
    "▉": "█", "▁": "▄", "▂": "▄", "▃": "▄", "▅": "█", "▆": "█", "▇": "█", "▔": "▀", "▕": "▐", "⏎": "┘", "☐": "□",
}  # fmt: skip
PLAIN_GLYPHS = str.maketrans(_PLAIN)
"""What the Linux console's fonts do not have, by what they have that is likest and as wide."""
THIN_GLYPHS = str.maketrans({
    **_PLAIN,
    **dict.fromkeys("─━╌┄═╸╺", "-"), **dict.fromkeys("│┃║▏▕", "|"), **dict.fromkeys("┌┐└┘╭╮╰╯├┤┬┴┼┏┓┗┛╔╗╚╝", "+"),
    "▸": ">", "◂": "<", "▾": "v", "▴": "^", "•": "*", "✓": "+", "✗": "x", "…": "~", "−": "-", "–": "-", "—": "-", "“": '"', "”": '"',
    "’": "'", "‘": "'", "●": "*", "·": ".", **dict.fromkeys("█▄▀▌▐▏▎▍▋▊▉▁▂▃▅▆▇", "#"), "░": ":", "▒": ":",
})  # fmt: skip
"""Glyphs that take one byte instead of three."""
