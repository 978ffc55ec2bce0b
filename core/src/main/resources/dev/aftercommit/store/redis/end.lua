-- Ends node ARGV[2], if it is alive.
although_full()
if redis.call('ZSCORE', root .. ':nodes', ARGV[2]) then
	is_gone(ARGV[2])
end
return {}
