-- Takes jobs on: ARGV[2] on has their tags, then come the jobs. Tells of those that are not taken the ids, each before that of the job
-- that is kept instead.
local jobs_from = 3 + 2 * ARGV[2]
local kept = take(jobs_from)
if jobs_from > 3 then
	tag(2)
end
return kept
