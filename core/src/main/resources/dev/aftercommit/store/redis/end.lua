-- Ends node ARGV[2], if it is alive.
although_full()
if redis.call('ZREM', root .. ':nodes', ARGV[2]) == 1 then
	redis.call('ZADD', root .. ':gone', text(now), ARGV[2])
end
return {}
