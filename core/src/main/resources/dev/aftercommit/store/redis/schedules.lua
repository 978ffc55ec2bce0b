-- Lists schedules, MANY at most: now, then for each its name, its definition and up to when it is decided.
local reply = { text(now) }
local all = redis.call('HLEN', schedules) <= MANY and redis.call('HKEYS', schedules) or {}
for _, name in ipairs(all) do
	local last, _, definition = schedule(name)
	if last then
		append(reply, name, definition)
		reply[#reply + 1] = last
	end
end
return reply
