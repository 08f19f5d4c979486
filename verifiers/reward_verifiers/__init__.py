"""Is this completion right? Pure verifiers: text and data in, a verdict out.

Nothing in this room looks at a clock, the network, the file system or the environment; who runs a
verifier decides how long it may take and what it may touch.
"""
