-- Counts jobs by state, none much further than MANY: state and count, one after the other.
local function enqueued()
	local count = 0
	for _, queue in ipairs(members(root .. ':queues')) do
		for _, name in ipairs(members(key('names', queue))) do
			count = count + redis.call('ZCARD', lane_key(queue .. ':' .. name))
			if count > MANY then
				return count
			end
		end
	end
	return count
end

local running = 0
for _, node in ipairs(members(root .. ':leased')) do
	running = running + redis.call('HLEN', key('lease', node))
end
return { 'ENQUEUED', enqueued(), 'RUNNING', running, 'SCHEDULED', redis.call('ZCARD', root .. ':scheduled'), 'RETRYING',
	redis.call('ZCARD', root .. ':retrying'), 'BLOCKED', redis.call('ZCARD', root .. ':blocked'), 'SUCCEEDED', redis.call('LLEN', key('ended', 'S')), 'CANCELLED',
	redis.call('LLEN', key('ended', 'C')), 'DEAD', redis.call('LLEN', key('ended', 'D')) }
