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

-- Whether one that was lost lately waits or runs, and may be what takes nodes down.
local since = now - 9 * lease
local function any_lately_lost()
	local ids = redis.call('ZRANGEBYSCORE', root .. ':lost', '(' .. text(since), '+inf', 'LIMIT', 0, MANY)
	load(ids)
	for _, id in ipairs(ids) do
		local job = jobs[id]
		if is(id, 'ENQUEUED') and number(job.c) > 0 then
			return true
		elseif is(id, 'RUNNING') and number(job.c) > 0 and type(job.o) == 'string' then
			local node = job.o:match('^(%d+):')
			if node and redis.call('ZSCORE', root .. ':nodes', node) then
				return true
			end
		end
	end
	return false
end

-- One on its last chance comes alone.
if #orphans == 0 and #suspects > 0 then
	local wait = any_lately_lost()
	for _, job in ipairs(suspects) do
		if #orphans == 0 and (not wait or number(redis.call('ZSCORE', root .. ':gone', job.node)) <= since) then
			orphans[1] = job
		end
	end
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
		redis.call('ZADD', root .. ':lost', text(now), id)
		to_ready(id)
	end
end
save()
redis.call('ZREMRANGEBYSCORE', root .. ':lost', '-inf', text(since))
trim('DEAD', tonumber(ARGV[2]))
return { #orphans }
