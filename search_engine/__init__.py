"""Search engine: one port, interchangeable backends, one contract suite.

Owns: THE field table, the plan, the document, the port; the embedded engine (tantivy + FAISS) and its files; the
Elasticsearch engine.
Takes: documents whose text is already cut, and frozen plans.
Gives: honest totals and facets, candidates with one score a leg, stored cards, neighbours.
May import: text_analysis (values only), kernel.
Never: cuts text, ranks, knows HTTP or the record.
Inside: elastic | embedded > vectors, fake > fake_search; each above port > limits | columns | ladders | units | blend
> prices > documents | plan | card > schema.
"""
