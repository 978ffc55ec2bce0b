-- A node that was alive is not any more. When it last said that it is, is kept.
local function is_gone(node)
	local beat = redis.call('ZSCORE', root .. ':nodes', node)
	redis.call('ZREM', root .. ':nodes', node)
	redis.call('ZADD', root .. ':gone', text(now), node)
	if redis.call('EXISTS', key('node', node)) == 1 then
		redis.call('HSET', key('node', node), 'heartbeat', text(number(beat)))
	end
end
