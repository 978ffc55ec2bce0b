-- Takes back what node ARGV[2] holds under tokens below ARGV[3] that are not among ARGV[4] on. Tells how many jobs.
although_full()
local node, below, held, given = ARGV[2], tonumber(ARGV[3]), {}, 0
for i = 4, #ARGV do
	held[ARGV[i]] = true
end
local leases = redis.call('HGETALL', key('lease', node))
for i = 1, #leases, 2 do
	local id, token = leases[i], leases[i + 1]
	if not held[token] and number(token) < below then
		local job = load(id, 's', 'o', 'a')
		lose_lease(node, id)
		if job and job[1] == 'RUNNING' and job[2] == node .. ':' .. token then
			to_ready(id, 'a', math.max(0, number(job[3]) - 1))
			given = given + 1
		end
	end
end
return { given }
