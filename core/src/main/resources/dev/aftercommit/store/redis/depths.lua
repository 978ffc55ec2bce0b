-- Measures queues: for each in which jobs wait its name, how many do, and for how many microseconds the first one has been due.
local depths = {}
for _, queue in ipairs(members(root .. ':queues')) do
	local count, first, first_priority = 0, nil, nil
	for _, name in ipairs(members(key('names', queue))) do
		local from = lane_key(queue .. ':' .. name)
		count = count + redis.call('ZCARD', from)
		local head = redis.call('ZRANGE', from, 0, 0, 'WITHSCORES')
		local priority = tonumber(head[2])
		if priority and (not first or priority < first_priority or (priority == first_priority and head[1] < first)) then
			first, first_priority = head[1], priority
		end
	end
	if first then
		local id = id_of(first)
		load({ id })
		append(depths, queue, count)
		depths[#depths + 1] = text(jobs[id] and math.max(0, now - jobs[id].due) or 0)
	end
end
return depths
