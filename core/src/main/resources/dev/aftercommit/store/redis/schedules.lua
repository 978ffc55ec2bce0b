-- Lists schedules, MANY at most: now, then for each its name, its definition, up to when it is decided, whether it is paused, and the
-- last job that it fired.
local reply = { text(now) }
local all = redis.call('HLEN', schedules) <= MANY and redis.call('HKEYS', schedules) or {}
for _, name in ipairs(all) do
	local last, _, definition, paused, fired = schedule(name)
	if last then
		append(reply, name, definition)
		append(reply, last, paused)
		reply[#reply + 1] = fired
	end
end
return reply
