-- Deletes at most ARGV[2] jobs of each state that ended longer ago than ARGV[3] (succeeded), [4] (cancelled), [5] (dead), and nodes
-- that ended longer ago than ARGV[6]. Tells how many jobs.
although_full()
local pruned = 0
for i, state in ipairs({ 'SUCCEEDED', 'CANCELLED', 'DEAD' }) do
	local set = key('ended', state)
	local old = redis.call('ZRANGEBYSCORE', set, '-inf', '(' .. text(now - ARGV[i + 2]), 'LIMIT', 0, ARGV[2])
	forget(state, old)
	in_parts('ZREM', set, old)
	pruned = pruned + #old
end
for _, node in ipairs(redis.call('ZRANGEBYSCORE', root .. ':gone', '-inf', '(' .. text(now - ARGV[6]), 'LIMIT', 0, MANY)) do
	redis.call('DEL', key('node', node))
	redis.call('ZREM', root .. ':gone', node)
end
return { pruned }
