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
	local ids = redis.call('HKEYS', key('lease', node))
	load(ids)
	for _, id in ipairs(ids) do
		local job = jobs[id]
		if not is(id, 'RUNNING') or type(job.o) ~= 'string' or job.o:sub(1, #node + 1) ~= node .. ':' then
			free(node, id)
		else
			local list = (crashes > 2 and number(job.c) == crashes - 2) and suspects or orphans
			list[#list + 1] = { id = id, node = node }
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
for _, orphan in ipairs(orphans) do
	local id = orphan.id
	local job = jobs[id]
	free(orphan.node, id)
	job.c = number(job.c) + 1
	fail(id, ARGV[6], ARGV[7], ARGV[8])
	if job.c >= crashes then
		job.w = 'CRASHED'
		ended(id, 'DEAD')
	else
		to_ready(id)
	end
end
save()
trim('DEAD', tonumber(ARGV[2]))
return { #orphans }
