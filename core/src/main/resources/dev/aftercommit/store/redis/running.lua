-- Says what runs: for each job, MANY at most, the node and the lane.
local reply, nodes = {}, members(root .. ':leased')
for _, node in ipairs(nodes) do
	local ids = #reply < 2 * MANY and redis.call('HKEYS', key('lease', node)) or {}
	for i, record in ipairs(read('job', ids)) do
		local lane = record and string.match(record, '^... ([^ \n]+)')
		if lane and byte(record) == LIVE then
			append(reply, node, lane)
		end
	end
end
return reply
