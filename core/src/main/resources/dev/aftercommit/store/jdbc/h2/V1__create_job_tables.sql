-- Aftercommit on H2 2.2.220 and later. Placeholders: schema (with its dot, or empty) and prefix.
-- Idempotent: running it again changes nothing. Why it looks like this: docs/decisions/0001-schema.md

CREATE SEQUENCE IF NOT EXISTS ${schema}${prefix}seq;

-- A row is here while the job is alive, and never changes. Forgiven: attempts that no longer count since an operator's retry.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}job (
	seq bigint NOT NULL,
	enqueued_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	id uuid PRIMARY KEY,
	forgiven integer DEFAULT 0 NOT NULL,
	priority smallint NOT NULL,
	queue CHARACTER VARYING(1000) NOT NULL,
	name CHARACTER VARYING(1000) NOT NULL,
	headers CHARACTER VARYING(1048576) NOT NULL,
	arguments CHARACTER VARYING(1048576) NOT NULL
);

-- ENQUEUED. The only table that is polled. A lane is what waits under one name in one queue. docs/decisions/0010-claim-path.md
CREATE TABLE IF NOT EXISTS ${schema}${prefix}ready (
	seq bigint NOT NULL,
	due_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	id uuid NOT NULL,
	attempt integer NOT NULL,
	priority smallint NOT NULL,
	queue CHARACTER VARYING(1000) NOT NULL,
	name CHARACTER VARYING(1000) NOT NULL,
	PRIMARY KEY (queue, name, priority, seq)
);

-- SCHEDULED, or RETRYING. Gated: needs a key before it may wait for a worker.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}scheduled (
	run_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	id uuid PRIMARY KEY,
	attempt integer NOT NULL,
	retrying boolean NOT NULL,
	gated boolean DEFAULT FALSE NOT NULL
);

CREATE INDEX IF NOT EXISTS ${prefix}scheduled_run_at ON ${schema}${prefix}scheduled (run_at);

CREATE INDEX IF NOT EXISTS ${prefix}scheduled_retrying ON ${schema}${prefix}scheduled (retrying, run_at);

-- RUNNING. A request to cancel the job ends with its lease.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}lease (
	node bigint NOT NULL,
	token bigint NOT NULL,
	claimed_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	id uuid PRIMARY KEY,
	attempt integer NOT NULL,
	cancel_requested boolean DEFAULT FALSE NOT NULL
);

-- All that is RUNNING, as on PostgreSQL, where there are two ways to lease jobs. For those who look; the store reads leases.
CREATE OR REPLACE VIEW ${schema}${prefix}running AS
SELECT node, token, claimed_at, id, attempt, cancel_requested FROM ${schema}${prefix}lease;

-- BLOCKED: in the line of its concurrency key, or, without one here, waiting for its unique key. docs/decisions/0011-keys.md
CREATE TABLE IF NOT EXISTS ${schema}${prefix}blocked (
	seq bigint NOT NULL,
	due_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	id uuid PRIMARY KEY,
	attempt integer NOT NULL,
	places integer NOT NULL,
	concurrency_key CHARACTER VARYING(4000)
);

CREATE INDEX IF NOT EXISTS ${prefix}blocked_line ON ${schema}${prefix}blocked (concurrency_key, seq);

-- Who has a place of a concurrency key. A row of a job that has ended, or is in the line again, is one to be settled.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}held (
	id uuid PRIMARY KEY,
	concurrency_key CHARACTER VARYING(4000) NOT NULL
);

CREATE INDEX IF NOT EXISTS ${prefix}held_concurrency_key ON ${schema}${prefix}held (concurrency_key);

-- Who has a unique key, and who gets it next. A row of a job that has ended is one to be settled.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}unique_key (
	id uuid NOT NULL,
	successor uuid,
	until_started boolean NOT NULL,
	key_text CHARACTER VARYING(4000) PRIMARY KEY
);

-- Keys of either kind of which somebody may be given something.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}unsettled (
	seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	key_text CHARACTER VARYING(4000) NOT NULL
);

-- One row. Whoever settles keys holds it.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}settler (
	id integer PRIMARY KEY
);

INSERT INTO ${schema}${prefix}settler (id)
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM ${schema}${prefix}settler);

CREATE TABLE IF NOT EXISTS ${schema}${prefix}node (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	started_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	heartbeat_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	ended_at TIMESTAMP(6) WITH TIME ZONE,
	name CHARACTER VARYING(1000) NOT NULL,
	version CHARACTER VARYING(1000) NOT NULL,
	names CHARACTER VARYING(1048576) ARRAY NOT NULL,
	queues CHARACTER VARYING(1048576) ARRAY,
	concurrency integer DEFAULT 2147483647 NOT NULL,
	limits CHARACTER VARYING(1048576) DEFAULT '' NOT NULL,
	quiet boolean DEFAULT FALSE NOT NULL
);

-- For each name the version of the node that knew it last, of nodes that have no row any more. docs/decisions/0017-who-knew-a-name-last.md
CREATE TABLE IF NOT EXISTS ${schema}${prefix}known_name (
	heard_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	name CHARACTER VARYING(1000) PRIMARY KEY,
	version CHARACTER VARYING(1000) NOT NULL
);

-- SUCCEEDED, or CANCELLED.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}history (
	node bigint,
	token bigint,
	enqueued_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	started_at TIMESTAMP(6) WITH TIME ZONE,
	ended_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	id uuid PRIMARY KEY,
	attempts integer NOT NULL,
	priority smallint NOT NULL,
	state CHARACTER VARYING(30) NOT NULL,
	queue CHARACTER VARYING(1000) NOT NULL,
	name CHARACTER VARYING(1000) NOT NULL,
	result CHARACTER VARYING(1048576)
);

CREATE INDEX IF NOT EXISTS ${prefix}history_ended_at ON ${schema}${prefix}history (state, ended_at);

-- DEAD.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}dead (
	node bigint NOT NULL,
	token bigint NOT NULL,
	seq bigint NOT NULL,
	enqueued_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	started_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	ended_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	id uuid PRIMARY KEY,
	attempts integer NOT NULL,
	priority smallint NOT NULL,
	queue CHARACTER VARYING(1000) NOT NULL,
	name CHARACTER VARYING(1000) NOT NULL,
	reason CHARACTER VARYING(30) NOT NULL,
	headers CHARACTER VARYING(1048576) NOT NULL,
	arguments CHARACTER VARYING(1048576) NOT NULL
);

CREATE INDEX IF NOT EXISTS ${prefix}dead_ended_at ON ${schema}${prefix}dead (ended_at);

-- One row for each attempt that did not succeed.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}attempt (
	node bigint NOT NULL,
	token bigint NOT NULL,
	started_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	ended_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	job_id uuid NOT NULL,
	attempt integer NOT NULL,
	outcome CHARACTER VARYING(30) NOT NULL,
	error_type CHARACTER VARYING(1000) NOT NULL,
	error_text CHARACTER VARYING(1048576) NOT NULL,
	PRIMARY KEY (job_id, node, token)
);

-- One row for each tag of a job, alive or not. docs/decisions/0013-listing.md
CREATE TABLE IF NOT EXISTS ${schema}${prefix}tag (
	id uuid NOT NULL,
	tag CHARACTER VARYING(1000) NOT NULL,
	PRIMARY KEY (tag, id)
);

CREATE INDEX IF NOT EXISTS ${prefix}tag_id ON ${schema}${prefix}tag (id);

-- What bodies have said, a row for each of the latest attempts. docs/decisions/0012-words-from-inside-a-job.md
CREATE TABLE IF NOT EXISTS ${schema}${prefix}words (
	node bigint NOT NULL,
	token bigint NOT NULL,
	version bigint NOT NULL,
	done bigint,
	total bigint,
	began_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	job_id uuid NOT NULL,
	lines CHARACTER VARYING(100000) NOT NULL,
	PRIMARY KEY (job_id, node, token)
);

-- Only for a store that is elsewhere: jobs that it has not yet taken for good. docs/decisions/0007-outbox.md
CREATE TABLE IF NOT EXISTS ${schema}${prefix}outbox (
	seq bigint NOT NULL,
	written_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	due_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	id uuid PRIMARY KEY,
	priority smallint NOT NULL,
	taken integer NOT NULL,
	delay bigint,
	run_at bigint,
	queue CHARACTER VARYING(1000) NOT NULL,
	name CHARACTER VARYING(1000) NOT NULL,
	headers CHARACTER VARYING(1048576) NOT NULL,
	arguments CHARACTER VARYING(1048576) NOT NULL
);

CREATE INDEX IF NOT EXISTS ${prefix}outbox_due_at ON ${schema}${prefix}outbox (due_at, seq);

-- One row for each schedule of recurring jobs, with the last job that it fired. docs/decisions/0008-recurring-jobs.md
CREATE TABLE IF NOT EXISTS ${schema}${prefix}recurring (
	last_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	seen_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	fired_at TIMESTAMP(6) WITH TIME ZONE,
	fired_job uuid,
	paused boolean DEFAULT FALSE NOT NULL,
	name CHARACTER VARYING(1000) PRIMARY KEY,
	definition CHARACTER VARYING(1048576) NOT NULL
);

-- Queues of which no job starts.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}paused_queue (
	paused_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	queue CHARACTER VARYING(1000) PRIMARY KEY
);

-- One row for each limit of starts in a time: up to when they are spent, in microseconds since 1970. docs/decisions/0010-claim-path.md
CREATE TABLE IF NOT EXISTS ${schema}${prefix}rate (
	spent bigint NOT NULL,
	name CHARACTER VARYING(1000) PRIMARY KEY
);

-- How many jobs came and went: one row for each minute since 1970, node and queue. docs/decisions/0020-flow.md
CREATE TABLE IF NOT EXISTS ${schema}${prefix}flow (
	epoch_minute bigint NOT NULL,
	writer uuid NOT NULL,
	enqueued bigint NOT NULL,
	succeeded bigint NOT NULL,
	retried bigint NOT NULL,
	dead bigint NOT NULL,
	cancelled bigint NOT NULL,
	queue CHARACTER VARYING(1000) NOT NULL,
	PRIMARY KEY (epoch_minute, writer, queue)
);

-- Which orders operators gave, and by what each is found: what it was about, and jobs that it changed. docs/decisions/0021-audit-trail.md
CREATE TABLE IF NOT EXISTS ${schema}${prefix}audit (
	seq bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	written_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	who CHARACTER VARYING(1000) NOT NULL,
	action CHARACTER VARYING(1000) NOT NULL,
	kind CHARACTER VARYING(1000) NOT NULL,
	subject CHARACTER VARYING(1000) NOT NULL,
	result CHARACTER VARYING(1000) NOT NULL
);

CREATE INDEX IF NOT EXISTS ${prefix}audit_written_at ON ${schema}${prefix}audit (written_at);

CREATE TABLE IF NOT EXISTS ${schema}${prefix}audit_about (
	seq bigint NOT NULL,
	written_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
	kind CHARACTER VARYING(1000) NOT NULL,
	subject CHARACTER VARYING(1000) NOT NULL,
	PRIMARY KEY (kind, subject, seq)
);

CREATE INDEX IF NOT EXISTS ${prefix}audit_about_written_at ON ${schema}${prefix}audit_about (written_at);

-- What the tables are, and the lowest version of the software that can work with them.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}schema_version (
	version integer NOT NULL,
	lowest_compatible integer NOT NULL
);

INSERT INTO ${schema}${prefix}schema_version (version, lowest_compatible)
SELECT 1, 1 WHERE NOT EXISTS (SELECT 1 FROM ${schema}${prefix}schema_version);
