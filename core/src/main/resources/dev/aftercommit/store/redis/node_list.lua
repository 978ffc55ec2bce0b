-- Lists nodes, those that started last first, at most ARGV[2]: for each its number, its heartbeat, its end (0 if it has not ended), how
-- many jobs it has, and what it said of itself; before all, now.
local reply = { text(now) }
local function list(set, ended)
	for _, node in ipairs(redis.call('ZRANGE', set, 0, ARGV[2] - 1, 'REV')) do
		local said = redis.call('HMGET', key('node', node), 'name', 'version', 'started', 'names', 'queues', 'concurrency', 'limits', 'quiet', 'heartbeat')
		local score = text(number(redis.call('ZSCORE', set, node)))
		append(reply, node, ended and (said[9] or '0') or score)
		append(reply, ended and score or '0', redis.call('HLEN', key('lease', node)))
		for i = 1, 8 do
			reply[#reply + 1] = said[i] or ''
		end
	end
end
list(root .. ':nodes', false)
list(root .. ':gone', true)
return reply
