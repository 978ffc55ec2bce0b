-- Measures queues: for each in which jobs wait its name, how many do, and for how many microseconds the first one has been due.
local depths = {}
for _, queue in ipairs(members(root .. ':queues')) do
	local count, first, first_priority = 0, nil, nil
	for _, name in ipairs(members(key('names', queue))) do
		local from = lane(queue, name)
		count = count + redis.call('ZCARD', from)
		local head = redis.call('ZRANGE', from, 0, 0, 'WITHSCORES')
		local priority = tonumber(head[2])
		if priority and (not first or priority < first_priority or (priority == first_priority and head[1] < first)) then
			first, first_priority = head[1], priority
		end
	end
	if first then
		local job = load(first:sub(18), 'd')
		local due = job and job[1] and number(job[1]) or now
		depths[#depths + 1] = queue
		depths[#depths + 1] = count
		depths[#depths + 1] = text(math.max(0, now - due))
	end
end
return depths
