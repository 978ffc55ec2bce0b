-- The schedules of recurring jobs are fields of one hash: up to when each is decided, when somebody last confirmed or fired it, and
-- its definition.
local schedules = root .. ':recurring'

local function schedule(name)
	local value = redis.call('HMGET', schedules, name)[1]
	local last, seen, definition = string.match(value or '', '^(%d+) (%d+)\n(.*)$')
	return last, number(seen), definition
end

local function write(name, last, definition)
	redis.call('HSET', schedules, name, last .. ' ' .. text(now) .. '\n' .. definition)
end
