-- Makes node ARGV[2] quiet (ARGV[3] is 1) or has it claim again (0). Tells whether that has changed anything.
local node = key('node', ARGV[2])
if not redis.call('ZSCORE', root .. ':nodes', ARGV[2]) or (redis.call('HMGET', node, 'quiet')[1] or '0') == ARGV[3] then
	return { 0 }
end
although_full()
redis.call('HSET', node, 'quiet', ARGV[3])
return { 1 }
