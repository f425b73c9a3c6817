"""Pixels become pictures: which level, which bytes, how they decode, how they are drawn. Pure but for one step."""
