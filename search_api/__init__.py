"""Search API: a buyer's words to listings, suggestions and recommendations.

Owns: the search, suggest and recommend use cases, their HTTP, the signed cursor.
Takes: an analyzer, a classifier, an encoder, an engine, ranking profiles, matching rules; a ``Principal``; where
  companies' own prices are read (``kernel.prices.OwnPrices``).
Gives: ``SearchResponse`` and its HTTP form.
May import: ranking, taxonomy, search_engine (port, plan, schema), web, text_analysis, kernel.
Never: reads the record, writes an index, knows identity.
Inside: http > service > understand | retrieve | rerank | present > requests, results.
"""
