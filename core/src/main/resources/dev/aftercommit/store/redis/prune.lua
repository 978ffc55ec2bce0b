-- Deletes at most ARGV[2] jobs of each state that ended longer ago than ARGV[3] (succeeded), [4] (cancelled), [5] (dead), and nodes
-- that ended longer ago than ARGV[6]. Tells how many jobs.
although_full()
local pruned = 0
for i, letter in ipairs({ 'S', 'C', 'D' }) do
	local from, before, old, looked = key('ended', letter), now - ARGV[i + 2], {}, 0
	local ids = redis.call('LRANGE', from, 0, ARGV[2] - 1)
	load(ids)
	for _, id in ipairs(ids) do
		if is(id, letter) and jobs[id].ended >= before then
			break
		end
		looked = looked + 1
		if is(id, letter) then
			old[#old + 1] = id
		end
	end
	forget(letter, old)
	redis.call('LTRIM', from, looked, -1)
	pruned = pruned + #old
end
for _, node in ipairs(redis.call('ZRANGEBYSCORE', root .. ':gone', '-inf', '(' .. text(now - ARGV[6]), 'LIMIT', 0, MANY)) do
	redis.call('DEL', key('node', node))
	redis.call('ZREM', root .. ':gone', node)
end
return { pruned }
