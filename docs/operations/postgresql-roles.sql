-- Least privilege on PostgreSQL 15 and later: one role owns the job store's tables and migrates them, the other one is
-- what the application runs as. It can read and write rows, and create, change or drop nothing.
--
-- Run it once, as a superuser, in the application's database:
--
--     psql --dbname=app --file=postgresql-roles.sql
--     psql --dbname=app --command='\password aftercommit_owner' --command='\password aftercommit_app'
--
-- Then, with each new version of Aftercommit that comes with a migration, start the application once as aftercommit_owner (or
-- run the script that the error message names), and run it as aftercommit_app:
--
--     aftercommit.jdbc.schema: aftercommit
--     aftercommit.jdbc.initialize-schema: false
--
-- If the application's user exists already, leave the second role out and put that user's name in its place: jobs are staged in the
-- application's transactions, so it is one user for both.

CREATE ROLE aftercommit_owner LOGIN;
CREATE ROLE aftercommit_app LOGIN;

CREATE SCHEMA aftercommit AUTHORIZATION aftercommit_owner;

GRANT USAGE ON SCHEMA aftercommit TO aftercommit_app;

-- Whatever the owner creates in that schema from now on. Not TRUNCATE, REFERENCES or TRIGGER.
ALTER DEFAULT PRIVILEGES FOR ROLE aftercommit_owner IN SCHEMA aftercommit
	GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO aftercommit_app;
ALTER DEFAULT PRIVILEGES FOR ROLE aftercommit_owner IN SCHEMA aftercommit
	GRANT USAGE ON SEQUENCES TO aftercommit_app;
