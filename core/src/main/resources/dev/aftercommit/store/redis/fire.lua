-- Takes one step of the schedule ARGV[2], if it still has the definition ARGV[3], is not paused and is decided up to exactly ARGV[4]: up
-- to ARGV[5] from now on, if that is not in the future, with the jobs that come after the tags of ARGV[7] on, the last of which is
-- ARGV[6], if there are any. They come first: they may be written twice, but not never.
local name = ARGV[2]
local last, _, present, paused, fired = schedule(name)
if not last then
	return { '0' }
end
if paused == 'p' or present ~= ARGV[3] or last ~= ARGV[4] or number(ARGV[5]) > now then
	return { '0', text(now), present, last, paused, fired }
end
local jobs_from = 8 + 2 * ARGV[7]
if #ARGV >= jobs_from then
	take(jobs_from)
	tag(7)
	fired = ARGV[5] .. ':' .. ARGV[6]
end
write(name, ARGV[5], present, paused, fired)
return { '1', text(now), present, ARGV[5], paused, fired }
