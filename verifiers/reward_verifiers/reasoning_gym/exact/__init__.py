"""Exact scorers for the datasets whose own scorers evaluate text: the answer's, or the entry's.

The package hands the answer of nine datasets to ``eval`` or to SymPy's parser, and of two more what
the entry says. Here every such text is read by a small parser of ours for what the task allows,
under bounds, and decided by exact arithmetic. ``table.EXACT`` has a scorer for each dataset.

Two profiles. ``fixed`` judges what was answered, not how it is written: a right answer earns 1.0 in
every notation that can be read in one way only, anything else 0.0. Without it a scorer returns what
the package's own would, floors and partial scores included, for every answer that is plain data or
a plain formula; an answer that is code is worth there what an unreadable one is.
"""
