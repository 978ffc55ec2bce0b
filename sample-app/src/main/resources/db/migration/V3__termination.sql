alter table server add column terminated_at timestamp with time zone;
