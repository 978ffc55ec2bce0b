-- Takes back what node ARGV[2] holds under tokens below ARGV[3] that are not among ARGV[4] on. Tells how many jobs.
although_full()
local node, below, held, ids, given = ARGV[2], tonumber(ARGV[3]), {}, {}, 0
for i = 4, #ARGV do
	held[ARGV[i]] = true
end
local leases = redis.call('HGETALL', key('lease', node))
for i = 1, #leases, 2 do
	if not held[leases[i + 1]] and number(leases[i + 1]) < below then
		ids[#ids + 1] = leases[i]
		free(node, leases[i])
	end
end
load(ids)
local _, holders = find_out(ids)
for _, id in ipairs(ids) do
	if is_only_leased(id, holders) then
		if is_to_be_cancelled(node, id) then
			ended(id, 'C', '-', '-')
		else
			to_ready(id)
		end
		given = given + 1
	end
end
save()
return { given }
