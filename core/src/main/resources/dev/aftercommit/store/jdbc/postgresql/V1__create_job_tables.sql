-- Aftercommit on PostgreSQL 15 and later. Placeholders: schema (with its dot, or empty) and prefix.
-- Idempotent: running it again changes nothing. Why it looks like this: docs/decisions/0001-schema.md

CREATE SEQUENCE IF NOT EXISTS ${schema}${prefix}seq;

-- A row is here while the job is alive, and never changes. Forgiven: attempts that no longer count since an operator's retry.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}job (
	seq bigint NOT NULL,
	enqueued_at timestamptz NOT NULL,
	id uuid PRIMARY KEY,
	forgiven integer DEFAULT 0 NOT NULL,
	priority smallint NOT NULL,
	queue text COLLATE "C" NOT NULL,
	name text COLLATE "C" NOT NULL,
	headers text NOT NULL,
	arguments text NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);

-- ENQUEUED. The only table that is polled. A lane is what waits under one name in one queue. docs/decisions/0010-claim-path.md
CREATE TABLE IF NOT EXISTS ${schema}${prefix}ready (
	seq bigint NOT NULL,
	due_at timestamptz NOT NULL,
	id uuid NOT NULL,
	attempt integer NOT NULL,
	priority smallint NOT NULL,
	queue text COLLATE "C" NOT NULL,
	name text COLLATE "C" NOT NULL,
	PRIMARY KEY (queue, name, priority, seq)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, vacuum_truncate = false);

-- SCHEDULED, or RETRYING. Gated: needs a key before it may wait for a worker.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}scheduled (
	run_at timestamptz NOT NULL,
	id uuid PRIMARY KEY,
	attempt integer NOT NULL,
	retrying boolean NOT NULL,
	gated boolean DEFAULT FALSE NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);

CREATE INDEX IF NOT EXISTS ${prefix}scheduled_run_at ON ${schema}${prefix}scheduled (run_at);

CREATE INDEX IF NOT EXISTS ${prefix}scheduled_retrying ON ${schema}${prefix}scheduled (retrying, run_at);

-- RUNNING. A request to cancel the job ends with its lease.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}lease (
	node bigint NOT NULL,
	token bigint NOT NULL,
	claimed_at timestamptz NOT NULL,
	id uuid PRIMARY KEY,
	attempt integer NOT NULL,
	cancel_requested boolean DEFAULT FALSE NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, vacuum_truncate = false);

CREATE INDEX IF NOT EXISTS ${prefix}lease_cancel_requested ON ${schema}${prefix}lease (node) WHERE cancel_requested;

-- RUNNING, too: what one claim took together. Taken: those that have leases of their own by now. Open: how many of the others are alive.
-- docs/decisions/0022-bundles.md
CREATE TABLE IF NOT EXISTS ${schema}${prefix}bundle (
	node bigint NOT NULL,
	token bigint NOT NULL,
	claimed_at timestamptz NOT NULL,
	open integer NOT NULL,
	ids uuid[] NOT NULL,
	attempts integer[] NOT NULL,
	taken uuid[] DEFAULT '{}' NOT NULL,
	PRIMARY KEY (token, node)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 100, vacuum_truncate = false);

ALTER TABLE ${schema}${prefix}bundle ALTER COLUMN ids SET STORAGE EXTERNAL, ALTER COLUMN attempts SET STORAGE EXTERNAL;

-- All that is leased, in whichever way; of bundles, also what has ended. For those who look at the jobs next.
CREATE OR REPLACE VIEW ${schema}${prefix}leased AS
SELECT l.node, l.token, l.claimed_at, l.id, l.attempt, l.cancel_requested FROM ${schema}${prefix}lease l
UNION ALL
SELECT b.node, b.token, b.claimed_at, u.id, u.attempt, false
FROM ${schema}${prefix}bundle b CROSS JOIN LATERAL unnest(b.ids, b.attempts) AS u(id, attempt)
WHERE u.id <> ALL(b.taken);

-- All that is RUNNING. For those who say which jobs they mean: of bundles, it reads all of those in the job table.
CREATE OR REPLACE VIEW ${schema}${prefix}running AS
SELECT l.node, l.token, l.claimed_at, l.id, l.attempt, l.cancel_requested FROM ${schema}${prefix}lease l
UNION ALL
SELECT b.node, b.token, b.claimed_at, j.id, u.attempt, false
FROM ${schema}${prefix}bundle b CROSS JOIN LATERAL unnest(b.ids, b.attempts) AS u(id, attempt)
	JOIN ${schema}${prefix}job j ON j.id = u.id
WHERE u.id <> ALL(b.taken);

-- BLOCKED: in the line of its concurrency key, or, without one here, waiting for its unique key. docs/decisions/0011-keys.md
CREATE TABLE IF NOT EXISTS ${schema}${prefix}blocked (
	seq bigint NOT NULL,
	due_at timestamptz NOT NULL,
	id uuid PRIMARY KEY,
	attempt integer NOT NULL,
	places integer NOT NULL,
	concurrency_key text COLLATE "C"
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);

CREATE INDEX IF NOT EXISTS ${prefix}blocked_line ON ${schema}${prefix}blocked (concurrency_key, seq);

-- Who has a place of a concurrency key. A row of a job that has ended, or is in the line again, is one to be settled.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}held (
	id uuid PRIMARY KEY,
	concurrency_key text COLLATE "C" NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, vacuum_truncate = false);

CREATE INDEX IF NOT EXISTS ${prefix}held_concurrency_key ON ${schema}${prefix}held (concurrency_key);

-- Who has a unique key, and who gets it next. A row of a job that has ended is one to be settled.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}unique_key (
	id uuid NOT NULL,
	successor uuid,
	until_started boolean NOT NULL,
	key_text text COLLATE "C" PRIMARY KEY
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, vacuum_truncate = false);

-- Keys of either kind of which somebody may be given something.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}unsettled (
	seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	key_text text COLLATE "C" NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, vacuum_truncate = false);

-- One row. Whoever settles keys holds it.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}settler (
	id integer PRIMARY KEY
);

INSERT INTO ${schema}${prefix}settler (id)
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM ${schema}${prefix}settler);

CREATE TABLE IF NOT EXISTS ${schema}${prefix}node (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	started_at timestamptz NOT NULL,
	heartbeat_at timestamptz NOT NULL,
	ended_at timestamptz,
	name text NOT NULL,
	version text NOT NULL,
	names text[] NOT NULL,
	queues text[],
	concurrency integer DEFAULT 2147483647 NOT NULL,
	limits text DEFAULT '' NOT NULL,
	quiet boolean DEFAULT false NOT NULL
) WITH (fillfactor = 50);

-- For each name the version of the node that knew it last, of nodes that have no row any more. docs/decisions/0017-who-knew-a-name-last.md
CREATE TABLE IF NOT EXISTS ${schema}${prefix}known_name (
	heard_at timestamptz NOT NULL,
	name text COLLATE "C" PRIMARY KEY,
	version text NOT NULL
);

-- SUCCEEDED, or CANCELLED.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}history (
	node bigint,
	token bigint,
	enqueued_at timestamptz NOT NULL,
	started_at timestamptz,
	ended_at timestamptz NOT NULL,
	id uuid PRIMARY KEY,
	attempts integer NOT NULL,
	priority smallint NOT NULL,
	state text COLLATE "C" NOT NULL,
	queue text COLLATE "C" NOT NULL,
	name text COLLATE "C" NOT NULL,
	result text
);

CREATE INDEX IF NOT EXISTS ${prefix}history_ended_at ON ${schema}${prefix}history (state, ended_at);

-- DEAD.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}dead (
	node bigint NOT NULL,
	token bigint NOT NULL,
	seq bigint NOT NULL,
	enqueued_at timestamptz NOT NULL,
	started_at timestamptz NOT NULL,
	ended_at timestamptz NOT NULL,
	id uuid PRIMARY KEY,
	attempts integer NOT NULL,
	priority smallint NOT NULL,
	queue text COLLATE "C" NOT NULL,
	name text COLLATE "C" NOT NULL,
	reason text NOT NULL,
	headers text NOT NULL,
	arguments text NOT NULL
);

CREATE INDEX IF NOT EXISTS ${prefix}dead_ended_at ON ${schema}${prefix}dead (ended_at);

-- One row for each attempt that did not succeed.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}attempt (
	node bigint NOT NULL,
	token bigint NOT NULL,
	started_at timestamptz NOT NULL,
	ended_at timestamptz NOT NULL,
	job_id uuid NOT NULL,
	attempt integer NOT NULL,
	outcome text NOT NULL,
	error_type text NOT NULL,
	error_text text NOT NULL,
	PRIMARY KEY (job_id, node, token)
);

-- One row for each tag of a job, alive or not. docs/decisions/0013-listing.md
CREATE TABLE IF NOT EXISTS ${schema}${prefix}tag (
	id uuid NOT NULL,
	tag text COLLATE "C" NOT NULL,
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
	began_at timestamptz NOT NULL,
	job_id uuid NOT NULL,
	lines text NOT NULL,
	PRIMARY KEY (job_id, node, token)
) WITH (fillfactor = 50);

-- Only for a store that is elsewhere: jobs that it has not yet taken for good. docs/decisions/0007-outbox.md
CREATE TABLE IF NOT EXISTS ${schema}${prefix}outbox (
	seq bigint NOT NULL,
	written_at timestamptz NOT NULL,
	due_at timestamptz NOT NULL,
	id uuid PRIMARY KEY,
	priority smallint NOT NULL,
	taken integer NOT NULL,
	delay bigint,
	run_at bigint,
	queue text NOT NULL,
	name text NOT NULL,
	headers text NOT NULL,
	arguments text NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, vacuum_truncate = false);

CREATE INDEX IF NOT EXISTS ${prefix}outbox_due_at ON ${schema}${prefix}outbox (due_at, seq);

-- One row for each schedule of recurring jobs, with the last job that it fired. docs/decisions/0008-recurring-jobs.md
CREATE TABLE IF NOT EXISTS ${schema}${prefix}recurring (
	last_at timestamptz NOT NULL,
	seen_at timestamptz NOT NULL,
	fired_at timestamptz,
	fired_job uuid,
	paused boolean DEFAULT FALSE NOT NULL,
	name text COLLATE "C" PRIMARY KEY,
	definition text NOT NULL
) WITH (fillfactor = 50);

-- Queues of which no job starts.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}paused_queue (
	paused_at timestamptz NOT NULL,
	queue text COLLATE "C" PRIMARY KEY
);

-- One row for each limit of starts in a time: up to when they are spent, in microseconds since 1970. docs/decisions/0010-claim-path.md
CREATE TABLE IF NOT EXISTS ${schema}${prefix}rate (
	spent bigint NOT NULL,
	name text COLLATE "C" PRIMARY KEY
) WITH (fillfactor = 50);

-- How many jobs came and went: one row for each minute since 1970, node and queue. docs/decisions/0020-flow.md
CREATE TABLE IF NOT EXISTS ${schema}${prefix}flow (
	epoch_minute bigint NOT NULL,
	writer uuid NOT NULL,
	enqueued bigint NOT NULL,
	succeeded bigint NOT NULL,
	retried bigint NOT NULL,
	dead bigint NOT NULL,
	cancelled bigint NOT NULL,
	queue text COLLATE "C" NOT NULL,
	PRIMARY KEY (epoch_minute, writer, queue)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);

-- Which orders operators gave, and by what each is found: what it was about, and jobs that it changed. docs/decisions/0021-audit-trail.md
CREATE TABLE IF NOT EXISTS ${schema}${prefix}audit (
	seq bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	written_at timestamptz NOT NULL,
	who text NOT NULL,
	action text NOT NULL,
	kind text NOT NULL,
	subject text NOT NULL,
	result text NOT NULL
);

CREATE INDEX IF NOT EXISTS ${prefix}audit_written_at ON ${schema}${prefix}audit (written_at);

CREATE TABLE IF NOT EXISTS ${schema}${prefix}audit_about (
	seq bigint NOT NULL,
	written_at timestamptz NOT NULL,
	kind text COLLATE "C" NOT NULL,
	subject text COLLATE "C" NOT NULL,
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
