"""Text analysis: Chinese trade text to tokens, quantities, intentions and vectors.

Owns: normalisation, cutting, dictionaries, units and price phrases, pinyin, repair, synonyms, negation, encoders.
Takes: raw text; the dictionary and synonym files of ``data/``.
Gives: frozen ``DocumentText`` and ``QueryAnalysis``, unit vectors.
May import: kernel.
Never: knows an index, a category or a request.
"""
