-- The schedules of recurring jobs are fields of one hash: up to when each is decided, when somebody last confirmed or fired it, whether
-- it is paused (p, or -), when it last fired a job, with that one's id (or -), and its definition.
local schedules = root .. ':recurring'

local function schedule(name)
	local value = redis.call('HMGET', schedules, name)[1]
	local last, seen, paused, fired, definition = string.match(value or '', '^(%d+) (%d+) ([p-]) ([^ \n]+)\n(.*)$')
	return last, number(seen), definition, paused, fired
end

local function write(name, last, definition, paused, fired, seen)
	redis.call('HSET', schedules, name, last .. ' ' .. text(seen or now) .. ' ' .. (paused or '-') .. ' ' .. (fired or '-') .. '\n'
		.. definition)
end
