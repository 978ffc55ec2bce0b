-- Says that node ARGV[2] is alive. Tells whether it was.
if not redis.call('ZSCORE', root .. ':nodes', ARGV[2]) then
	return { 0 }
end
although_full()
redis.call('ZADD', root .. ':nodes', text(now), ARGV[2])
return { 1 }
