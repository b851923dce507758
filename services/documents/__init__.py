"""Files in, documents out: uploads and their checks, templates, rendered documents, certificates and exports.

Publishes CertificateIssued and JobFinished; consumes DeclarationSubmitted and DeclarationDiscarded.
"""
