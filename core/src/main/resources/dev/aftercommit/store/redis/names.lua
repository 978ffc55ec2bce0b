-- Says under which names jobs wait, but for those of ARGV[2] and on: for each lane its name, how many wait in it, and for how many
-- microseconds the first one has been due.
local left_out, lanes_seen, reply = {}, 0, {}
for i = 2, #ARGV do
	left_out[ARGV[i]] = true
end
for _, queue in ipairs(members(root .. ':queues')) do
	for _, name in ipairs(members(key('names', queue))) do
		local from = lane_key(queue .. ':' .. name)
		local head = not left_out[name] and lanes_seen < MANY and redis.call('ZRANGE', from, 0, 0)[1]
		if head then
			local id = id_of(head)
			load({ id })
			lanes_seen = lanes_seen + 1
			append(reply, name, redis.call('ZCARD', from))
			reply[#reply + 1] = text(jobs[id] and math.max(0, now - jobs[id].due) or 0)
		end
	end
end
return reply
