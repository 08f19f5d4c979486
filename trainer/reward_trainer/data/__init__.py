"""Where prompts come from: files, data sets of the Hub, puzzles made on the fly.

``prompts`` is what the loop draws from; ``blend`` says which sources there are; ``copies`` and
``puzzles`` make a JSONL file of anything else; ``items`` reads one; ``wording`` finds the prompt in
a row; ``encoding`` makes tokens of it; ``turns``, ``stream`` and ``rests`` decide what comes next.
"""
