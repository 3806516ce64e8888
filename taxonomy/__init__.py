"""Taxonomy: 40 sectors, three levels, attributes inherited downward.

Owns: the tree, its reading from ``data/taxonomy``, its lints, classification of titles and queries.
Takes: sector files; cut text for classification.
Gives: ``Taxonomy`` (frozen), effective attributes, ranked categories with calibrated probabilities.
May import: text_analysis, kernel.
Never: keeps drafts or rules (those are records), knows an index or a request.
"""
