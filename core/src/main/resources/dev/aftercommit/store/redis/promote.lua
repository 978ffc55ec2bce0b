-- Lets due jobs wait for a worker, earliest first, at most ARGV[2]. Tells how many.
although_full()
local limit, due, moved = tonumber(ARGV[2]), {}, 0
for _, kind in ipairs({ 'SCHEDULED', 'RETRYING' }) do
	local set = root .. ':' .. kind:lower()
	local entries = redis.call('ZRANGEBYSCORE', set, '-inf', text(now), 'WITHSCORES', 'LIMIT', 0, limit)
	for i = 1, #entries, 2 do
		due[#due + 1] = { set = set, kind = kind, entry = entries[i], time = tonumber(entries[i + 1]) }
	end
end
table.sort(due, function(a, b)
	return a.time < b.time or (a.time == b.time and a.entry < b.entry)
end)
for i = 1, math.min(limit, #due) do
	local job = due[i]
	local id = job.entry:sub(18)
	local stored = load(id, 's')
	redis.call('ZREM', job.set, job.entry)
	if stored and stored[1] == job.kind then
		to_ready(id)
		moved = moved + 1
	end
end
return { moved }
