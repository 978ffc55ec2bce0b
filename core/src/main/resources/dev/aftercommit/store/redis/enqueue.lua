-- Takes jobs, all or none: ARGV[2] on has 7 values for each. Those that are known are left alone.
local many = (#ARGV - 1) / 7
local place = redis.call('INCRBY', root .. ':place', many) - many
local waiting, lanes, delayed = {}, {}, {}
for i = 2, #ARGV, 7 do
	local id, name, queue, priority, kind, time = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], ARGV[i + 5]
	place = place + 1
	if redis.call('EXISTS', key('job', id)) == 0 then
		local due = now
		if kind == 'in' then
			due = math.min(now + time, LATEST)
		elseif kind == 'at' then
			due = math.min(math.max(now, tonumber(time)), LATEST)
		end
		local state = due > now and 'SCHEDULED' or 'ENQUEUED'
		local at = string.format('%016d', place)
		redis.call('HSET', key('job', id), 's', state, 'n', name, 'q', queue, 'p', priority, 'k', at, 'a', 0, 'e', text(now), 'd',
				text(due))
		redis.call('SET', key('text', id), ARGV[i + 6])
		if state == 'SCHEDULED' then
			delayed[#delayed + 1] = text(due)
			delayed[#delayed + 1] = at .. ':' .. id
		else
			local to = lane(queue, name)
			if not lanes[to] then
				lanes[to] = {}
				waiting[#waiting + 1] = { to, queue, name }
			end
			local jobs = lanes[to]
			jobs[#jobs + 1] = priority
			jobs[#jobs + 1] = at .. ':' .. id
		end
	end
end
in_parts('ZADD', root .. ':scheduled', delayed)
for _, at in ipairs(waiting) do
	in_parts('ZADD', at[1], lanes[at[1]])
	redis.call('SADD', root .. ':queues', at[2])
	redis.call('SADD', key('names', at[2]), at[3])
end
return {}
