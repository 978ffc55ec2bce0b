-- Ends nodes that were silent for longer than ARGV[3] and returns at most ARGV[5] jobs of nodes that are not alive; one that was
-- lost ARGV[4] times is given up. ARGV[6] says how it failed, [2] how many ended jobs are kept. Tells how many jobs.
although_full()
local lease, crashes, limit = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
for _, node in ipairs(redis.call('ZRANGEBYSCORE', root .. ':nodes', '-inf', '(' .. text(now - lease))) do
	is_gone(node)
end

local orphans, suspects = {}, {}
local function look(node)
	local ids = redis.call('HKEYS', key('lease', node))
	load(ids)
	local _, holders = find_out(ids)
	for _, id in ipairs(ids) do
		local job = jobs[id]
		if not is_only_leased(id, holders) then
			free(node, id)
		else
			local list = (crashes > 2 and job.crashes == crashes - 2) and suspects or orphans
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
local function was_lost(job)
	return job.crashes > 0 or job.forgiven > 0
end

local function any_lately_lost()
	local ids = redis.call('ZRANGEBYSCORE', root .. ':lost', '(' .. text(since), '+inf', 'LIMIT', 0, MANY)
	load(ids)
	local states, holders = find_out(ids)
	for _, id in ipairs(ids) do
		if states[id] == 'ENQUEUED' and was_lost(jobs[id]) then
			return true
		elseif states[id] == 'RUNNING' and was_lost(jobs[id]) and redis.call('ZSCORE', root .. ':nodes', holders[id][1]) then
			return true
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
	note_counted(orphan.node, id, '-', ARGV[6])
	job.attempts, job.crashes = job.attempts + 1, job.crashes + 1
	fail(id, ARGV[6])
	if is_to_be_cancelled(orphan.node, id) then
		ended(id, 'C', '-', '-')
	elseif job.crashes >= crashes then
		ended(id, 'D', '-', 'CRASHED')
	else
		redis.call('ZADD', root .. ':lost', text(now), id)
		to_ready(id)
	end
end
save()
redis.call('ZREMRANGEBYSCORE', root .. ':lost', '-inf', text(since))
trim('D', tonumber(ARGV[2]))
trim('C', tonumber(ARGV[2]))
return { #orphans }
