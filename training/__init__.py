"""How the network of our own is made: rendered pictures, training, evaluation, export (README.md beside this file).

Nothing in `coach` imports this package, and running the product needs nothing of it.
"""
