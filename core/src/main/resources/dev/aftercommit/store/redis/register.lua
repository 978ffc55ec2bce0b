-- Makes a node known: ARGV[2] name, [3] version, [4] names of its handlers, a line each,
-- [5] queues that it serves, likewise, or * for all, [6] how many jobs it runs, [7] how many of some queues. Tells its number, which comes from the clock: were it only
-- counted, a failover that forgets the last one would have it given twice.
although_full()
local node = text(math.max(number(redis.call('GET', root .. ':node')) + 1, now))
redis.call('SET', root .. ':node', node)
redis.call('ZADD', root .. ':nodes', text(now), node)
redis.call('HSET', key('node', node), 'name', ARGV[2], 'version', ARGV[3], 'names', ARGV[4], 'queues', ARGV[5], 'concurrency', ARGV[6], 'limits', ARGV[7],
	'started', text(now))
return { node }
