"""Pure rules of the review service: the route, the workflow table, what a decision must say, masks."""
