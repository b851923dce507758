"""From the admitted case to the published result: committees, pools of experts, meetings, ballots, results, notices.

Publishes ExpertReviewed, JudgesConfirmed, ChairAppointed, BallotOpened, MaterialPlaced, ResultConfirmed,
ObjectionUpheld, ResultReported, ResultAudited and MeetingAwaits; consumes CaseAdmitted.
"""
