"""Figures as Plotly objects: each has an Info of plain arrays, a function that makes it, and one that draws it."""
