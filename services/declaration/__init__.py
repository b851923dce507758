"""Catalogue, batches, drafts, automatic check and frozen submissions.

Publishes DeclarationSubmitted, DeclarationDiscarded, DeadlineNear and WindowExtended; follows the events of review
and committee that move a declaration.
"""
