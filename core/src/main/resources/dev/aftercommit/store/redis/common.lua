-- Put before each script. KEYS[1] is the store's hash tag: every key begins with it, so all are in one slot. ARGV[1] moves the
-- clock, in microseconds, and is zero outside tests. What is read is not trusted: it may be missing, or of another type.
local root = KEYS[1]
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2] + ARGV[1]
local LATEST, MANY = 9000000000000000, 10000

local function text(number)
	return string.format('%.0f', number)
end

local function number(value)
	local n = tonumber(value)
	return (n and n == n and n < LATEST and n > -LATEST) and math.floor(n) or 0
end

local function key(kind, of)
	return root .. ':' .. kind .. ':' .. of
end

-- One queue's jobs of one name, by priority and place.
local function lane(queue, name)
	return root .. ':ready:' .. #queue .. ':' .. queue .. ':' .. name
end

-- Redis refuses a script's first write if it is full, unless it is one that frees memory: workers go on and empty it.
local function although_full()
	redis.call('DEL', root .. ':full')
end

local function in_parts(command, to, values)
	for i = 1, #values, 2000 do
		redis.call(command, to, unpack(values, i, math.min(i + 1999, #values)))
	end
end

local function members(set)
	if redis.call('SCARD', set) > MANY then
		return redis.call('SRANDMEMBER', set, MANY)
	end
	return redis.call('SMEMBERS', set)
end

-- Fields of a job, false for each that is missing; nil if that is no job.
local function load(id, ...)
	local values = redis.pcall('HMGET', key('job', id), ...)
	return (not values.err) and values or nil
end

local function place_of(value)
	return (value and #value == 16 and not value:find('%D')) and value or '0000000000000000'
end

local function vacate(queue, name)
	if redis.call('EXISTS', lane(queue, name)) == 0 then
		redis.call('SREM', key('names', queue), name)
		if redis.call('EXISTS', key('names', queue)) == 0 then
			redis.call('SREM', root .. ':queues', queue)
		end
	end
end

local function ended(id, state, ...)
	redis.call('HSET', key('job', id), 's', state, 't', text(now), ...)
	redis.call('ZADD', key('ended', state), text(now), id)
end

-- To where it waits for a worker, at its old place. The fields say what else changes.
local function to_ready(id, ...)
	local job = load(id, 'q', 'n', 'p', 'k')
	if not job[1] or not job[2] then
		return ended(id, 'DEAD', 'w', 'UNREADABLE', ...)
	end
	redis.call('HSET', key('job', id), 's', 'ENQUEUED', ...)
	redis.call('ZADD', lane(job[1], job[2]), text(number(job[3])), place_of(job[4]) .. ':' .. id)
	redis.call('SADD', root .. ':queues', job[1])
	redis.call('SADD', key('names', job[1]), job[2])
end

local function lose_lease(node, id)
	redis.call('HDEL', key('lease', node), id)
	if redis.call('EXISTS', key('lease', node)) == 0 then
		redis.call('SREM', root .. ':leased', node)
	end
end

local function forget(state, ids)
	for _, id in ipairs(ids) do
		local job = load(id, 's')
		if job and job[1] == state then
			redis.call('DEL', key('job', id), key('text', id))
		end
	end
end

-- The oldest of what ended goes, if that is more than is kept.
local function trim(state, limit)
	local set = key('ended', state)
	local excess = math.min(redis.call('ZCARD', set) - limit, 2 * MANY)
	if excess > 0 then
		forget(state, redis.call('ZRANGE', set, 0, excess - 1))
		redis.call('ZREMRANGEBYRANK', set, 0, excess - 1)
	end
end
