-- Takes jobs on: ARGV[2] on has their tags, then come the jobs.
local jobs_from = 3 + 2 * ARGV[2]
take(jobs_from)
if jobs_from > 3 then
	tag(2)
end
return {}
