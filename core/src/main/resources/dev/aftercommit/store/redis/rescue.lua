-- Ends nodes that were silent for longer than ARGV[3] and returns at most ARGV[5] jobs of nodes that are not alive; one that was
-- lost ARGV[4] times is given up. ARGV[6] to [8] say how it failed, [2] how many ended jobs are kept. Tells how many jobs.
although_full()
local lease, crashes, limit = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
for _, node in ipairs(redis.call('ZRANGEBYSCORE', root .. ':nodes', '-inf', '(' .. text(now - lease))) do
	redis.call('ZREM', root .. ':nodes', node)
	redis.call('ZADD', root .. ':gone', text(now), node)
end

local orphans, suspects = {}, {}
local function look(node)
	for _, id in ipairs(redis.call('HKEYS', key('lease', node))) do
		local job = load(id, 's', 'o', 'c')
		if not job or job[1] ~= 'RUNNING' or not job[2] or job[2]:sub(1, #node + 1) ~= node .. ':' then
			lose_lease(node, id)
		else
			local losses = number(job[3])
			local last_chance = crashes > 2 and losses == crashes - 2
			local list = last_chance and suspects or orphans
			list[#list + 1] = { id = id, node = node, losses = losses }
		end
		if #orphans >= limit then
			return
		end
	end
end

for _, node in ipairs(members(root .. ':leased')) do
	if #orphans < limit and not redis.call('ZSCORE', root .. ':nodes', node) then
		look(node)
	end
end
if #orphans < limit and suspects[1] then
	orphans[#orphans + 1] = suspects[1]
end
for _, job in ipairs(orphans) do
	lose_lease(job.node, job.id)
	local losses = job.losses + 1
	if losses >= crashes then
		ended(job.id, 'DEAD', 'w', 'CRASHED', 'c', losses, 'fo', ARGV[6], 'ft', ARGV[7], 'fx', ARGV[8])
	else
		to_ready(job.id, 'c', losses, 'fo', ARGV[6], 'ft', ARGV[7], 'fx', ARGV[8])
	end
end
trim('DEAD', tonumber(ARGV[2]))
return { #orphans }
