-- Lets due jobs wait for a worker, earliest first, at most ARGV[2]. Tells how many.
although_full()
local limit, due, ids, moved = tonumber(ARGV[2]), {}, {}, 0
for _, state in ipairs({ 'SCHEDULED', 'RETRYING' }) do
	local set = root .. ':' .. state:lower()
	local found = redis.call('ZRANGEBYSCORE', set, '-inf', text(now), 'WITHSCORES', 'LIMIT', 0, limit)
	for i = 1, #found, 2 do
		due[#due + 1] = { set = set, state = state, entry = found[i], time = tonumber(found[i + 1]) }
	end
end
table.sort(due, function(a, b)
	return a.time < b.time or (a.time == b.time and a.entry < b.entry)
end)
local gone = {}
for i = 1, math.min(limit, #due) do
	ids[i] = id_of(due[i].entry)
	local list = list_in(gone, due[i].set)
	list[#list + 1] = due[i].entry
end
load(ids)
local states = find_out(ids)
for set, entries in pairs(gone) do
	in_parts('ZREM', entries, set)
end
local moving = {}
for i, id in ipairs(ids) do
	if states[id] == due[i].state then
		moved = moved + 1
		moving[moved] = id
	end
end
-- Of those that are due together, the one that was enqueued first is first in its line.
if admit then
	table.sort(moving, function(a, b)
		return entry(a) < entry(b)
	end)
end
for _, id in ipairs(moving) do
	to_ready(id)
end
save()
return { moved }
