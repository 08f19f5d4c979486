"""Reading a text as the official checkers do: sentences, words, language, first tag.

Everything here is worked out exactly as NLTK 3.10.4 and langdetect 1.0.9 (seed 0) do, from data
that ships with the package, without a download, in linear time.
"""
