"""Web: what every HTTP door shares.

Owns: problem+json, who is calling, request ids, rate limits, parameter manners, language of errors and explanations,
security headers, metrics, access log.
Takes: routers, an ``Authenticator`` and options.
Gives: ``web.app.build_app``, dependencies for endpoints.
May import: kernel.
Never: knows an offer, a query or a record; opens a database or a socket.
"""
