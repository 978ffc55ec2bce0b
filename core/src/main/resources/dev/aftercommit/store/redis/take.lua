-- Of one with keys: whether it is kept (k) if another one has its unique key, or replaces that one (r), stands before the time, and its
-- terms are a line before its headers.
local function take_with_keys(id, job, keeps)
	with_terms(job)
	if job.unique then
		local holder = holder_of(job.unique)
		if holder and keeps then
			return holder
		end
		jobs[id] = job
		take_unique(id, replace(job.unique, holder) and '1' or '0')
	end
	if #job.rest > LONG then
		append(puts, key('text', id), job.rest)
		job.text, job.rest = 't', ''
	end
	jobs[id], changed[id] = job, true
	if job.due > now then
		redis.call('ZADD', root .. ':scheduled', text(job.due), entry(id))
	else
		admit(id)
	end
end

-- Takes jobs, all or none: ARGV[first] on has five values for each: its id, its lane, its priority, when ('' at once, '+' and
-- microseconds from now, or microseconds since 1970), headers and arguments. Those that are known are left alone. Tells of those
-- whose unique key another one has the ids, each before that one's.
local function take(first)
	local many = math.floor((#ARGV - first + 1) / 5)
	local place = redis.call('INCRBY', root .. ':place', many) - many
	local start, enqueued, delayed, taken, kept, known, n = key('job', ''), text(now), {}, {}, {}, 0, #puts
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
			local keys
			if at ~= '' then
				keys, at = match(at, '^([kr]?)(.*)$')
			end
			if at ~= '' then
				local time = number(at)
				due = text(math.min(at:find('^%+') and now + time or math.max(now, time), LATEST))
			end
			if keys and keys ~= '' then
				local job = { state = 'L', text = 'k', failed = '-', lane = lane, priority = priority, place = where, enqueued = enqueued,
					due = tonumber(due), attempts = 0, forgiven = 0, crashes = 0, leases = '-', rest = given }
				local holder = take_with_keys(id, job, keys == 'k')
				if holder then
					append(kept, id, holder)
				end
				n = #puts
			else
				if #given > LONG then
					append(puts, key('text', id), given)
					separate, given, n = 't', '', n + 2
				end
				puts[n + 1] = start .. id
				puts[n + 2] = 'L' .. separate .. '- ' .. lane .. ' ' .. priority .. ' ' .. where .. ' ' .. enqueued .. ' ' .. due
					.. ' 0 0 -\n' .. given
				n = n + 2
				if due ~= enqueued then
					append(delayed, due, where .. ':' .. id)
				else
					append(list_in(lanes, lane), priority, where .. ':' .. id)
				end
			end
		end
	end
	in_parts('ZADD', delayed, root .. ':scheduled')
	save()
	return kept
end
