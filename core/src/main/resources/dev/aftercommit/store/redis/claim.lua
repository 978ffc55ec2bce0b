-- Gives a node jobs: ARGV[2] node, [3] token, [4] limit, [5] whose turn it is, then three lists, each after its length:
-- queues (-1: all), queue and most jobs from it, names.
although_full()
local node, token, limit, turn, at = ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), 6

local function list()
	local values = {}
	for i = 1, tonumber(ARGV[at]) do
		values[i] = ARGV[at + i]
	end
	at = at + #values + 1
	return values
end

local all = ARGV[at] == '-1'
local queues, limits, names = list(), list(), list()
if all then
	queues = members(root .. ':queues')
end
local most, known = {}, {}
for i = 1, #limits, 2 do
	most[limits[i]] = tonumber(limits[i + 1])
end
for _, name in ipairs(names) do
	known[name] = true
end

-- Whichever is shorter: the names that wait or those that are known. A million others cost nothing.
local function lanes_of(queue)
	local candidates = names
	if redis.call('SCARD', key('names', queue)) < #names then
		candidates = redis.call('SMEMBERS', key('names', queue))
	end
	local found, size = {}, 0
	for _, name in ipairs(candidates) do
		if known[name] then
			local from = lane(queue, name)
			local length = redis.call('ZCARD', from)
			if length > 0 then
				found[#found + 1] = { key = from, name = name, queue = queue, size = length, read = 0, taken = 0, at = 1, entries = {} }
				size = size + length
			else
				vacate(queue, name)
			end
		end
	end
	return found, size
end

local turns = {}
for _, queue in ipairs(queues) do
	local bound = math.min(most[queue] or limit, limit)
	if bound > 0 then
		local found, size = lanes_of(queue)
		if size > 0 then
			turns[#turns + 1] = { lanes = found, bound = math.min(size, bound), share = 0 }
		end
	end
end

-- Each queue its share; the last ones go to those whose turn it is.
local function divide()
	local left, open = limit, turns
	while left > 0 and #open > 0 do
		local each, still = math.floor(left / #open), {}
		for i = 1, #open do
			local queue = open[(turn + i) % #open + 1]
			local share = math.min(math.max(each, 1), queue.bound - queue.share, left)
			queue.share = queue.share + share
			left = left - share
			if queue.share < queue.bound then
				still[#still + 1] = queue
			end
		end
		open = still
	end
end

local HEX = '%x%x%x%x'
local ID = '^' .. HEX .. HEX .. '%-' .. HEX .. '%-' .. HEX .. '%-' .. HEX .. '%-' .. HEX .. HEX .. HEX .. '$'

local function is_id(id)
	return id:find(ID) and not id:find('%u')
end

-- The next one of a lane and its priority; its job is loaded if it can be one.
local function head(from, chunk)
	if from.at > #from.entries then
		if from.read >= from.size then
			return nil
		end
		from.entries = redis.call('ZRANGE', from.key, from.read, from.read + chunk - 1, 'WITHSCORES')
		from.read = from.read + chunk
		from.at = 1
		local ids = {}
		for i = 1, #from.entries, 2 do
			local id = id_of(from.entries[i])
			if is_id(id) then
				ids[#ids + 1] = id
			end
		end
		load(ids)
	end
	return from.entries[from.at], tonumber(from.entries[from.at + 1])
end

local function first(from_lanes, chunk)
	local best, best_entry, best_priority
	for _, from in ipairs(from_lanes) do
		local found, priority = head(from, chunk)
		if found and (not best or priority < best_priority or (priority == best_priority and found < best_entry)) then
			best, best_entry, best_priority = from, found, priority
		end
	end
	return best, best_entry, best_priority
end

local chosen, misplaced = {}, {}

-- What is in the way and no waiting job is taken out, too; a job that waits under a name or queue not its own is put right.
local function choose(queue)
	local chunk, looked = math.max(10, math.ceil(queue.share / #queue.lanes)), 0
	while queue.share > 0 and looked < MANY do
		local from, found, priority = first(queue.lanes, chunk)
		if not from then
			return
		end
		from.at = from.at + 2
		from.taken = from.taken + 1
		looked = looked + 1
		local id = id_of(found)
		local job = jobs[id]
		if is(id, 'ENQUEUED') and (job.n ~= from.name or job.q ~= from.queue) then
			misplaced[#misplaced + 1] = id
		elseif is(id, 'ENQUEUED') then
			job.s, job.a, job.o, changed[id] = 'RUNNING', number(job.a) + 1, node .. ':' .. token, true
			queue.share = queue.share - 1
			chosen[#chosen + 1] = { id = id, from = from, entry = found, priority = priority }
		end
	end
end

divide()
for _, queue in ipairs(turns) do
	choose(queue)
	for _, from in ipairs(queue.lanes) do
		if from.taken > 0 then
			redis.call('ZREMRANGEBYRANK', from.key, 0, from.taken - 1)
			vacate(from.queue, from.name)
		end
	end
end
for _, id in ipairs(misplaced) do
	if is(id, 'ENQUEUED') then
		to_ready(id)
	end
end
if #turns > 1 then
	table.sort(chosen, function(a, b)
		return a.priority < b.priority or (a.priority == b.priority and a.entry < b.entry)
	end)
end

local next_due = -1
for _, kind in ipairs({ ':scheduled', ':retrying' }) do
	local soonest = redis.call('ZRANGE', root .. kind, 0, 0, 'WITHSCORES')
	if soonest[2] then
		local wait = math.max(0, number(soonest[2]) - now)
		next_due = (next_due < 0) and wait or math.min(next_due, wait)
	end
end
local reply, leases, ids = { text(next_due) }, {}, {}
for i, claimed in ipairs(chosen) do
	ids[i] = claimed.id
	append(leases, claimed.id, token)
end
local texts = read('text', ids)
for i, claimed in ipairs(chosen) do
	local job = jobs[claimed.id]
	append(reply, claimed.id, claimed.from.name)
	append(reply, claimed.from.queue, text(number(claimed.priority)))
	append(reply, text(job.a), text(math.max(0, now - number(job.d))))
	reply[#reply + 1] = texts[i] or ''
end
if #leases > 0 then
	in_parts('HSET', leases, key('lease', node))
	redis.call('SADD', root .. ':leased', node)
end
save()
return reply
