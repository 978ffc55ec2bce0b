-- Lets the jobs be found by their tags: ARGV[first] on has a number and so many pairs of an id, in whatever order but each job's one after
-- the other, and a tag. To be called when the jobs are written, for jobs that were not, or that have ended, change nothing.
local function tag(first)
	local tags = {}
	for i = first + 1, first + 2 * ARGV[first], 2 do
		local list = list_in(tags, ARGV[i])
		list[#list + 1] = ARGV[i + 1]
	end
	for id, list in pairs(tags) do
		load({ id })
		if is(id, 'L') and not read('tags', { id })[1] then
			redis.call('HSET', root .. ':tags', id, table.concat(list, '\n'))
			for _, each in ipairs(list) do
				redis.call('ZADD', key('tag', each), 0, id)
			end
		end
	end
end
