-- Takes one step of the schedule ARGV[2], if it still has the definition ARGV[3] and is decided up to exactly ARGV[4]: up to ARGV[5] from
-- now on, if that is not in the future, with the jobs that come after the
-- tags of ARGV[6] on. They come first: they may be written twice, but not never.
local name = ARGV[2]
local last, _, present = schedule(name)
if not last then
	return { '0' }
end
if present ~= ARGV[3] or last ~= ARGV[4] or number(ARGV[5]) > now then
	return { '0', text(now), present, last }
end
local jobs_from = 7 + 2 * ARGV[6]
if #ARGV >= jobs_from then
	take(jobs_from)
	tag(6)
end
write(name, ARGV[5], present)
return { '1', text(now), present, ARGV[5] }
