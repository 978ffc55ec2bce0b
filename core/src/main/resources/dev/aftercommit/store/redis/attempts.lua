-- The attempts at job ARGV[2] that have ended, each as it was recorded, and a success as if it had been.
load({ ARGV[2] })
local job, reply = jobs[ARGV[2]], {}
if not job then
	return reply
end
for _, kept in ipairs({ 'attempts', 'returns' }) do
	for _, attempt in ipairs(redis.call('LRANGE', key(kept, ARGV[2]), 0, -1)) do
		reply[#reply + 1] = attempt
	end
end
if job.state == 'S' then
	reply[#reply + 1] = text(job.attempts + 1) .. ' ' .. (job.last:match('^[^:]*')) .. ' - ' .. text(job.ended) .. '\nSUCCEEDED\n0\n'
end
return reply
