"""Plans what each dataset needs, runs inspections, and merges their outcomes with what was known."""
