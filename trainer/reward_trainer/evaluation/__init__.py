"""How good a model is, by the protocol of the papers: generate, score, and set beside theirs."""
