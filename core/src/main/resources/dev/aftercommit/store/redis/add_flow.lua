-- Adds to the counts of the present minute, which are kept for ARGV[2] seconds: from ARGV[3] on six values for each queue, which are
-- its name, as a lane has it, and how many of its jobs were enqueued, have succeeded, were retried, are dead, were cancelled.
local minute = key('flow', text(math.floor(now / 60000000)))
for i = 3, #ARGV, 6 do
	local queue = redis.call('HLEN', minute) < MANY and ARGV[i] or ''
	for j, letter in ipairs({ 'e', 's', 'r', 'd', 'c' }) do
		if ARGV[i + j] ~= '0' then
			redis.call('HINCRBY', minute, letter .. ':' .. queue, ARGV[i + j])
		end
	end
end
redis.call('EXPIRE', minute, ARGV[2])
return {}
