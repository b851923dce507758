"""Cases and their routes: who decides next about a submission, queues, decisions, opinions and the routing log.

Publishes CaseAdvanced, CaseHeld, CaseReturned, CaseRecalled and CaseAdmitted; consumes DeclarationSubmitted and
OrganizationChanged.
"""
