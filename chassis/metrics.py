"""What every process measures: base units, enumerable labels, no ids (`deploy/prometheus` has the alerts)."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

_LATENCY = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)

CALLS_ANSWERED = Histogram(
    "zhiping_calls_answered_seconds", "Calls that this process answered", ("method", "outcome"), buckets=_LATENCY
)
CALLS_EXPIRED = Counter("zhiping_calls_expired_total", "Calls dropped because nobody waited any more", ("where",))
CALLS_RUNNING = Gauge("zhiping_calls_running", "Calls being answered")
CALLS_MADE = Histogram(
    "zhiping_calls_made_seconds", "Calls that this process made", ("method", "outcome"), buckets=_LATENCY
)

EVENTS_HANDLED = Histogram(
    "zhiping_events_handled_seconds", "Deliveries of events", ("topic", "outcome"), buckets=_LATENCY
)
EVENTS_WAITED = Counter("zhiping_events_waited_total", "Deliveries put off", ("topic", "reason"))
EVENTS_WORLD_AGE = Gauge(
    "zhiping_events_world_fault_age_seconds", "How long the last event put off for a fault of the world has waited"
)
MESSAGES_DEAD = Counter("zhiping_messages_dead_total", "Messages given up", ("reason",))
DEAD_LETTERS = Gauge("zhiping_dead_letters", "Messages that lie in the service's dead letter queue")
DEAD_LETTERS_AGE = Gauge("zhiping_dead_letters_age_seconds", "Age of the oldest dead letter")

OUTBOX_WAITING_AGE = Gauge("zhiping_outbox_waiting_age_seconds", "Age of the oldest event not yet published")
OUTBOX_PUBLISHED = Counter("zhiping_outbox_published_total", "Events published")
RELAY_ELECTED = Gauge("zhiping_relay_elected", "Whether this process is its service's relay")

AUDIT_UNSEALED_AGE = Gauge("zhiping_audit_unsealed_age_seconds", "Age of the oldest audit row that was not yet sealed")
AUDIT_BROKEN = Gauge("zhiping_audit_broken", "Whether the last walk along the audit chain found it broken")

JOBS_WAITING_AGE = Gauge("zhiping_jobs_waiting_age_seconds", "How long the oldest job waits that could be done")

BROKER_BLOCKED = Gauge("zhiping_broker_blocked", "Whether the broker takes no messages at present")
