-- Put before each script. KEYS[1] is the store's hash tag: every key begins with it, so all are in one slot. ARGV[1] moves the
-- clock, in microseconds, and is zero outside tests. What is read is not trusted: it may be missing, or anything.
-- Each call of Redis costs more than what it does for one job: so jobs are read and written together, by read() and save().
local root = KEYS[1]
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2] + ARGV[1]
local LATEST, MANY, PART = 9000000000000000, 10000, 2000
local jobs, changed, puts, drops, lanes, endings, freed = {}, {}, {}, {}, {}, {}, {}

local function text(number)
	return string.format('%.0f', number)
end

local function number(value)
	local n = tonumber(value)
	return (n and n == n and n < LATEST and n > -LATEST) and math.floor(n) or 0
end

local kinds = {}
local function key(kind, of)
	local start = kinds[kind]
	if not start then
		start = root .. ':' .. kind .. ':'
		kinds[kind] = start
	end
	return start .. of
end

-- One queue's jobs of one name, by priority and place.
local function lane(queue, name)
	return root .. ':ready:' .. #queue .. ':' .. queue .. ':' .. name
end

-- How a job is called where it waits: by its place, so that equals are ordered by it.
local function entry(id)
	return string.format('%016d:', number(jobs[id].k)) .. id
end

local function id_of(member)
	return member:sub(18)
end

local function append(list, a, b)
	list[#list + 1] = a
	list[#list + 1] = b
end

local function list_in(lists, name)
	lists[name] = lists[name] or {}
	return lists[name]
end

-- Redis refuses a script's first write if it is full, unless it is one that frees memory: workers go on and empty it.
local function although_full()
	redis.call('DEL', root .. ':full')
end

local function in_parts(command, values, to)
	for i = 1, #values, PART do
		local last = math.min(i + PART - 1, #values)
		if to then
			redis.call(command, to, unpack(values, i, last))
		else
			redis.call(command, unpack(values, i, last))
		end
	end
end

local function members(set)
	if redis.call('SCARD', set) > MANY then
		return redis.call('SRANDMEMBER', set, MANY)
	end
	return redis.call('SMEMBERS', set)
end

-- The values of one kind of these jobs, in their order, false for each that is missing or of another type.
local function read(kind, ids)
	local values = {}
	for i = 1, #ids, PART do
		local keys = {}
		for j = i, math.min(i + PART - 1, #ids) do
			keys[#keys + 1] = key(kind, ids[j])
		end
		local part = redis.call('MGET', unpack(keys))
		for j = 1, #keys do
			values[i + j - 1] = part[j]
		end
	end
	return values
end

local function unpacked(value)
	local good, found = pcall(cmsgpack.unpack, value)
	return good and type(found) == 'table' and found or nil
end

-- From here on jobs[id] is a job, or false.
local function load(ids)
	local values = read('job', ids)
	for i = 1, #ids do
		if jobs[ids[i]] == nil then
			local job = values[i] and unpacked(values[i])
			jobs[ids[i]] = job and type(job.s) == 'string' and job or false
		end
	end
end

local function is(id, state)
	return jobs[id] and jobs[id].s == state
end

local function vacate(queue, name)
	if redis.call('EXISTS', lane(queue, name)) == 0 then
		redis.call('SREM', key('names', queue), name)
		if redis.call('EXISTS', key('names', queue)) == 0 then
			redis.call('SREM', root .. ':queues', queue)
		end
	end
end

local function ended(id, state)
	jobs[id].s, jobs[id].t, changed[id] = state, now, true
	local list = list_in(endings, state)
	list[#list + 1] = id
end

-- To where it waits for a worker, at its old place.
local function to_ready(id)
	local job = jobs[id]
	if type(job.q) ~= 'string' or type(job.n) ~= 'string' then
		job.w = 'UNREADABLE'
		return ended(id, 'DEAD')
	end
	job.s, changed[id] = 'ENQUEUED', true
	local to = lane(job.q, job.n)
	lanes[to] = lanes[to] or { queue = job.q, name = job.n, jobs = {} }
	append(lanes[to].jobs, text(number(job.p)), entry(id))
end

local function fail(id, outcome, type, message)
	jobs[id].f = true
	append(puts, key('failure', id), cmsgpack.pack({ outcome, type, message }))
end

local function free(node, id)
	local ids = list_in(freed, node)
	ids[#ids + 1] = id
end

-- Does what was noted.
local function save()
	for node, ids in pairs(freed) do
		in_parts('HDEL', ids, key('lease', node))
		if redis.call('EXISTS', key('lease', node)) == 0 then
			redis.call('SREM', root .. ':leased', node)
		end
	end
	in_parts('DEL', drops)
	for id in pairs(changed) do
		append(puts, key('job', id), cmsgpack.pack(jobs[id]))
	end
	in_parts('MSET', puts)
	for to, waiting in pairs(lanes) do
		in_parts('ZADD', waiting.jobs, to)
		redis.call('SADD', root .. ':queues', waiting.queue)
		redis.call('SADD', key('names', waiting.queue), waiting.name)
	end
	for state, ids in pairs(endings) do
		in_parts('RPUSH', ids, key('ended', state))
	end
end

local function forget(state, ids)
	local keys = {}
	load(ids)
	for _, id in ipairs(ids) do
		if is(id, state) then
			append(keys, key('job', id), key('text', id))
			keys[#keys + 1] = key('failure', id)
		end
	end
	in_parts('DEL', keys)
end

-- The oldest of what ended goes, if that is more than is kept.
local function trim(state, limit)
	local ended_jobs = key('ended', state)
	local excess = math.min(redis.call('LLEN', ended_jobs) - limit, 2 * MANY)
	if excess > 0 then
		forget(state, redis.call('LRANGE', ended_jobs, 0, excess - 1))
		redis.call('LTRIM', ended_jobs, excess, -1)
	end
end
