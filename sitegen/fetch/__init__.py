"""The network: `fetcher` is its one seam, the other modules are what it puts together.

Limits, tries, byte budgets, address checks, validators, and the cache.
"""
