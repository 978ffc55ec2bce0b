-- Takes jobs, all or none: ARGV[first] on has five values for each: its id, its lane, its priority, when ('' at once, '+' and
-- microseconds from now, or microseconds since 1970), headers and arguments. Those that are known are left alone.
local function take(first)
	local many = math.floor((#ARGV - first + 1) / 5)
	local place = redis.call('INCRBY', root .. ':place', many) - many
	local start, enqueued, delayed, taken, known, n = key('job', ''), text(now), {}, {}, 0, #puts
	for i = first, #ARGV, 5 * PART do
		local keys = {}
		for j = i, math.min(i + 5 * PART - 1, #ARGV), 5 do
			keys[#keys + 1] = start .. ARGV[j]
		end
		known = known + redis.call('EXISTS', unpack(keys))
	end
	for i = first, #ARGV, 5 do
		local id, lane, priority, at, given = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
		place = place + 1
		if not taken[id] and (known == 0 or redis.call('EXISTS', start .. id) == 0) then
			taken[id] = true
			local due, where, separate = enqueued, string.format('%016d', place), '-'
			if at ~= '' then
				local time = number(at)
				due = text(math.min(at:find('^%+') and now + time or math.max(now, time), LATEST))
			end
			if #given > LONG then
				append(puts, key('text', id), given)
				separate, given, n = 't', '', n + 2
			end
			puts[n + 1] = start .. id
			puts[n + 2] = 'L' .. separate .. '- ' .. lane .. ' ' .. priority .. ' ' .. where .. ' ' .. enqueued .. ' ' .. due .. ' 0 0 -\n'
				.. given
			n = n + 2
			if due ~= enqueued then
				append(delayed, due, where .. ':' .. id)
			else
				append(list_in(lanes, lane), priority, where .. ':' .. id)
			end
		end
	end
	in_parts('ZADD', delayed, root .. ':scheduled')
	save()
end
