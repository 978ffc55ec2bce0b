-- Of one with keys: whether it is kept (k) if another one has its unique key, or replaces that one (r), stands before the time, and its
-- terms are a line before its headers.
local function take_with_keys(id, job, given, keeps)
	local terms, payload = given:match('^([^\n]*)\n(.*)$')
	with_terms(job, terms or '')
	if job.unique then
		local holder = holder_of(job.unique)
		if holder and keeps then
			return holder
		end
		jobs[id] = job
		take_unique(id, replace(job.unique, holder) and '1' or '0')
	end
	put('text', id, payload or given)
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
	local enqueued, ids, delayed, taken, kept = text(now), {}, {}, {}, {}
	local lines, texts, n = list_in(puts, 'job'), list_in(puts, 'text'), 0
	for i = first, #ARGV, 5 do
		ids[#ids + 1] = ARGV[i]
	end
	local known = read('job', ids)
	for i = first, #ARGV, 5 do
		local id, lane, priority, at, given = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
		place = place + 1
		n = n + 1
		if not taken[id] and not known[n] then
			taken[id] = true
			local due, where = enqueued, string.format('%016d', place)
			local keys
			if at ~= '' then
				keys, at = match(at, '^([kr]?)(.*)$')
			end
			if at ~= '' then
				local time = number(at)
				due = text(math.min(at:find('^%+') and now + time or math.max(now, time), LATEST))
			end
			if keys and keys ~= '' then
				local job = { state = 'L', failed = '-', lane = lane, priority = priority, place = where, enqueued = enqueued,
					due = tonumber(due), attempts = 0, forgiven = 0, crashes = 0, leases = '-' }
				local holder = take_with_keys(id, job, given, keys == 'k')
				if holder then
					append(kept, id, holder)
				end
			else
				append(lines, id, 'L-- ' .. lane .. ' ' .. priority .. ' ' .. where .. ' ' .. enqueued .. ' ' .. due .. ' 0 0 -')
				append(texts, id, given)
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
