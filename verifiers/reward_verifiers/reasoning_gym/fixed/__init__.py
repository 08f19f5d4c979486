"""Rules of our own, where the package pays for answers that are no progress.

A partial score is for progress: more right than the question itself is when it is copied, and more
than one constant everywhere would be (``beyond``). ``docs/reasoning_gym.md`` lists each data set
with its scores before and after.
"""
