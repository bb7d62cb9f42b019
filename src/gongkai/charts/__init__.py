"""Charts as SVG that stands in a page: what is drawn here looks the same on every machine.

`marks` has what a chart shows, `spec` says what it looks like, in Vega-Lite by Altair; `draw` has
Vega draw it and makes the SVG small. A chart is never alone: who shows one puts its figures in a
table beside it. Nothing here knows a report; texts may be anybody's.
"""

from gongkai.charts.draw import Drawing, draw_bars, draw_years, inline_svg
from gongkai.charts.marks import WIDTH, Mark, Tone

__all__ = ["WIDTH", "Drawing", "Mark", "Tone", "draw_bars", "draw_years", "inline_svg"]
