-- Counts what comes before job ARGV[2] in its queue, of the names ARGV[4] on, up to ARGV[3].
local id, most, count = ARGV[2], tonumber(ARGV[3]), 0
load({ id })
if not is(id, 'L') then
	return { 0 }
end
local queue, priority, mine = string.match(jobs[id].lane, '^[^:]*'), jobs[id].priority, entry(id)
for i = 4, #ARGV do
	local lane = lane_key(queue .. ':' .. ARGV[i])
	if count < most and redis.call('ZCARD', lane) > 0 then
		local lower = #redis.call('ZRANGE', lane, '-inf', '(' .. priority, 'BYSCORE', 'LIMIT', 0, most)
		count = count + lower
		for _, other in ipairs(lower < most and redis.call('ZRANGE', lane, priority, priority, 'BYSCORE', 'LIMIT', 0, most) or {}) do
			if other >= mine then
				break
			end
			count = count + 1
		end
	end
end
return { math.min(count, most) }
