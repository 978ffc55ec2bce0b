-- Put before each script. KEYS[1] is the store's hash tag: every key begins with it, so all are in one slot. ARGV[1] moves the
-- clock, in microseconds, and is zero outside tests. What is read is not trusted: it may be missing, or anything.
--
-- What belongs to a job is in hashes, by its id: in job a line, whose words are divided by spaces; in text its headers and arguments,
-- while it may still run; in end, once it has succeeded, the lease that ended it and when; in result what it returned; in failure how
-- it last failed; in error when that was and the type of that failure; in tags its tags, each a line, by which the sorted sets of tags have it; in more an empty text, if
-- it has keys of its own: attempts and returns, lists of how attempts at it ended, and words, a hash of what their bodies have said.
-- The line: its letter (L live, D dead, C cancelled), whether it has keys (k or -), whether it has a
-- failure (f or -); its lane, that is queue:name, both so written that they have neither space nor colon; priority; place; times of
-- enqueueing and when it is due; attempts, after a slash those that an operator's retry has forgiven if there are any; crashes;
-- leases whose outcome was accepted. Of a dead or cancelled one also: the lease that
-- ended it, whose attempt is not among the attempts; when; the reason. Where a live one is, in a lane, a set or a lease, is its state:
-- whoever claims, completes or releases it changes nothing in it. One with keys has another line, its terms: keys.lua tells of them.
--
-- Each call of Redis costs more than what it does for one job: so jobs are read and written together, by read() and save(). Each byte
-- of each string that Lua gets costs, too: so what scripts need of a job is apart from what they don't.
local root = KEYS[1]
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2] + ARGV[1]
local LATEST, MANY, PART = 9000000000000000, 10000, 2000
-- Bytes that are kept of how an attempt ended.
local LONG = 2000
local LIVE, KEYED = ('Lk'):byte(1, 2)
local TERMS = '^(%d*):([^ :\n]*) ([FS]?):([^ :\n]*)$'
local WORDS = '^([LDC])(.)(.) ([^ \n]+) ([^ \n]*) ([^ \n]*) ([^ \n]*) ([^ \n]*) ([^ \n]*) ([^ \n]*) ([^ \n]*) ?([^ \n]*) ?([^ \n]*)'
	.. ' ?([^\n]*)\n?(.*)$'
local byte, find, match, sub = string.byte, string.find, string.match, string.sub
local jobs, changed, puts, drops, lanes, endings, freed = {}, {}, {}, {}, {}, {}, {}
-- What jobs with keys do: instead of going to a lane, and when they have ended; and what keys.lua makes beside it.
local use_keys, admit, give_up, give_up_unique, holder_of, replace, take_unique

local function text(number)
	return string.format('%.0f', number)
end

local function number(value)
	local n = tonumber(value)
	return (n and n == n and n <= LATEST and n >= -LATEST) and math.floor(n) or 0
end

-- So that the order of the bytes is the order of the places.
local function padded(place)
	return string.format('%016d', math.max(0, number(place)))
end

local kinds = {}
local function key(kind, of)
	local start = kinds[kind]
	if not start then
		start = root .. ':' .. kind .. ':'
		kinds[kind] = start
	end
	return start .. of
end

local function lane_key(lane)
	return root .. ':ready:' .. lane
end

-- How a job is called where it waits: by its place, so that equals are ordered by it.
local function entry(id)
	return jobs[id].place .. ':' .. id
end

local function id_of(member)
	return sub(member, 18)
end

local function append(list, a, b)
	list[#list + 1] = a
	list[#list + 1] = b
end

local function list_in(lists, name)
	lists[name] = lists[name] or {}
	return lists[name]
end

-- Redis refuses a script's first write if it is full, unless it is one that frees memory: workers go on and empty it.
local function although_full()
	redis.call('DEL', root .. ':full')
end

local function in_parts(command, values, to)
	for i = 1, #values, PART do
		local last = math.min(i + PART - 1, #values)
		if to then
			redis.call(command, to, unpack(values, i, last))
		else
			redis.call(command, unpack(values, i, last))
		end
	end
end

-- Redis keeps a hash of up to 512 short values as one piece of memory, and looks through it for each field, as long as none of them is
-- longer than 64 bytes: with one that was, it is a table for as long as it lives. Tells how many are new.
local HASHED = ('-'):rep(65)
local function store(hash, values)
	local news = redis.call('HSET', hash, HASHED, HASHED) - 1
	for i = 1, #values, PART do
		news = news + redis.call('HSET', hash, unpack(values, i, math.min(i + PART - 1, #values)))
	end
	redis.call('HDEL', hash, HASHED)
	return news
end

-- What a command that reads says of each of these members of a key, in their order, false for each that is not there.
local function ask(command, of, values)
	local answers = {}
	for i = 1, #values, PART do
		local part = redis.call(command, of, unpack(values, i, math.min(i + PART - 1, #values)))
		for j = 1, #part do
			answers[i + j - 1] = part[j]
		end
	end
	return answers
end

local function members(set)
	if redis.call('SCARD', set) > MANY then
		return redis.call('SRANDMEMBER', set, MANY)
	end
	return redis.call('SMEMBERS', set)
end

-- The values of one kind of these jobs, in their order, false for each that is missing.
local function read(kind, ids)
	return ask('HMGET', root .. ':' .. kind, ids)
end

local function put(kind, id, value)
	append(list_in(puts, kind), id, value)
end

local function drop(kind, id)
	local ids = list_in(drops, kind)
	ids[#ids + 1] = id
end

local function with_terms(job, terms)
	local limit, line, till, unique = terms:match(TERMS)
	if limit then
		job.terms, job.till = terms, till
		job.limit, job.line = math.max(1, number(limit)), limit ~= '' and line or nil
		job.unique = till ~= '' and unique or nil
		if use_keys and not admit then
			use_keys()
		end
	end
	return job
end

local function parsed(record)
	local state, keyed, failed, lane, priority, place, enqueued, due, attempts, crashes, leases, last, ended, reason, terms =
		record:match(WORDS)
	if not state or not lane:find('^[^:]*:[^:]*$') then
		return false
	end
	local counted, forgiven = attempts:match('^([^/]*)/?(.*)$')
	local job = { state = state, failed = failed, lane = lane, priority = text(number(priority)), place = padded(place),
		enqueued = text(number(enqueued)), due = number(due), attempts = number(counted), forgiven = number(forgiven), crashes = number(crashes), leases = leases,
		last = last, ended = number(ended), reason = reason }
	return keyed == 'k' and with_terms(job, terms) or job
end

-- What is said of it elsewhere if it has succeeded.
local function succeeded(job, said)
	local last, ended = said:match('^([^ ]*) ?(.*)$')
	job.state, job.last, job.ended, job.reason = 'S', last, number(ended), '-'
end

local HEX = '%x%x%x%x'
local ID = '^' .. HEX .. HEX .. '%-' .. HEX .. '%-' .. HEX .. '%-' .. HEX .. '%-' .. HEX .. HEX .. HEX .. '$'

-- From here on jobs[id] is a job, or false.
local function load(ids)
	local news, live = {}, {}
	for _, id in ipairs(ids) do
		if jobs[id] == nil then
			news[#news + 1], jobs[id] = id, false
		end
	end
	local values = read('job', news)
	for i, id in ipairs(news) do
		jobs[id] = values[i] and id:find(ID) and not id:find('%u') and parsed(values[i])
		live[#live + 1] = jobs[id] and jobs[id].state == 'L' and id or nil
	end
	for i, said in ipairs(read('end', live)) do
		if said then
			succeeded(jobs[live[i]], said)
		end
	end
end

local function written(job)
	local words = { job.state .. (job.terms and 'k' or '-') .. job.failed, job.lane, job.priority, job.place, job.enqueued, text(job.due),
		text(job.attempts) .. (job.forgiven > 0 and '/' .. text(job.forgiven) or ''), text(job.crashes), job.leases }
	if job.state ~= 'L' then
		append(words, job.last, text(job.ended))
		words[#words + 1] = job.reason
	end
	return table.concat(words, ' ') .. (job.terms and '\n' .. job.terms or '')
end

local function is(id, state)
	return jobs[id] and jobs[id].state == state
end

-- Where these jobs are, for those that live: states by id, and by id the nodes that have a lease.
local function find_out(ids)
	local states, holders, live, keyed = {}, {}, {}, {}
	for _, id in ipairs(ids) do
		if is(id, 'L') then
			states[id], holders[id] = 'ENQUEUED', {}
			live[#live + 1] = id
			keyed[#keyed + 1] = jobs[id].terms and entry(id) or nil
		end
	end
	for i, score in ipairs(ask('ZMSCORE', root .. ':blocked', keyed)) do
		states[id_of(keyed[i])] = score and 'BLOCKED' or 'ENQUEUED'
	end
	local entries = {}
	for i, id in ipairs(live) do
		entries[i] = entry(id)
	end
	for _, state in ipairs({ 'SCHEDULED', 'RETRYING' }) do
		for i, score in ipairs(ask('ZMSCORE', root .. ':' .. state:lower(), entries)) do
			if score and not redis.call('ZSCORE', lane_key(jobs[live[i]].lane), entries[i]) then
				states[live[i]] = state
			end
		end
	end
	for _, node in ipairs(#live > 0 and members(root .. ':leased') or {}) do
		for i, token in ipairs(ask('HMGET', key('lease', node), live)) do
			if token then
				local id = live[i]
				states[id] = 'RUNNING'
				holders[id][#holders[id] + 1] = node
			end
		end
	end
	return states, holders
end

-- Whether a lease, of whomever, is all that has it.
local function is_only_leased(id, holders)
	return is(id, 'L') and #holders[id] == 1 and not redis.call('ZSCORE', lane_key(jobs[id].lane), entry(id))
end

local function vacate(lane)
	if redis.call('EXISTS', lane_key(lane)) == 0 then
		local queue, name = lane:match('^([^:]*):(.*)$')
		redis.call('SREM', key('names', queue), name)
		if redis.call('EXISTS', key('names', queue)) == 0 then
			redis.call('SREM', root .. ':queues', queue)
		end
	end
end

local function note_end(id, letter)
	local list = list_in(endings, letter)
	list[#list + 1] = id
end

-- Its arguments go, and no result takes their place; but a dead one may be told to live again.
local function ended(id, letter, last, reason)
	local job = jobs[id]
	if job.terms then
		give_up(id)
	end
	if letter ~= 'D' then
		drop('text', id)
		job.terms = nil
	end
	job.state, job.last, job.ended, job.reason = letter, last, now, reason
	if letter == 'S' then
		put('end', id, last .. ' ' .. text(now))
	else
		changed[id] = true
	end
	note_end(id, letter)
end

-- Ends a live job that does not run.
local function cancel_waiting(id, state)
	local job = jobs[id]
	if state == 'ENQUEUED' then
		redis.call('ZREM', lane_key(job.lane), entry(id))
		vacate(job.lane)
	elseif state ~= 'BLOCKED' then
		redis.call('ZREM', root .. ':' .. state:lower(), entry(id))
	end
	ended(id, 'C', '-', '-')
end

-- To where it waits for a worker, at its old place.
local function to_ready(id)
	local job = jobs[id]
	if job.terms then
		return admit(id)
	end
	append(list_in(lanes, job.lane), job.priority, entry(id))
end

-- Records an attempt that did not succeed: the latest of those that count, and of those that were snoozed or given back.
local function note_attempt(kept, most, node, id, started, how)
	local job, list = jobs[id], key(kept, id)
	if #how > LONG then
		how = sub(how, 1, LONG):gsub('[\192-\255][\128-\191]*$', '')
	end
	redis.call('RPUSH', list, text(job.attempts + 1) .. ' ' .. node .. ' ' .. started .. ' ' .. text(now) .. '\n' .. how)
	redis.call('LTRIM', list, -most, -1)
	put('more', id, '')
end

local function note_counted(node, id, started, failure)
	note_attempt('attempts', 50, node, id, started, failure)
end

local function note_given_back(node, id, started, outcome)
	note_attempt('returns', 30, node, id, started, outcome .. '\n0\n')
end

-- When, and of which type, is also apart from what was said: whoever looks at many needs no more.
local function fail(id, failure)
	local length, at = match(failure, '^[^\n]*\n(%d+)\n()')
	jobs[id].failed, changed[id] = 'f', true
	put('failure', id, failure)
	put('error', id, text(now) .. ' ' .. (length and sub(failure, at, at + number(length) - 1) or ''))
end

-- Whether somebody asked to cancel a job that this node runs. The request ends with the lease.
local function is_to_be_cancelled(node, id)
	return redis.call('HMGET', key('cancel', node), id)[1]
end

-- Leases whose outcome was accepted, so that the same one is recognised; only the latest, a job may be released for ever.
local function remember(leases, lease)
	leases = (leases == '-' and ',' or leases) .. lease .. ','
	if #leases > 1024 then
		leases = leases:sub(-1024):gsub('^[^,]*', '', 1)
	end
	return leases
end

local function free(node, id)
	local ids = list_in(freed, node)
	ids[#ids + 1] = id
end

-- Does what was noted.
local function save()
	for node, ids in pairs(freed) do
		in_parts('HDEL', ids, key('lease', node))
		if redis.call('EXISTS', key('cancel', node)) == 1 then
			in_parts('HDEL', ids, key('cancel', node))
		end
		if redis.call('EXISTS', key('lease', node)) == 0 then
			redis.call('SREM', root .. ':leased', node)
		end
	end
	for kind, ids in pairs(drops) do
		in_parts('HDEL', ids, root .. ':' .. kind)
	end
	for id in pairs(changed) do
		if jobs[id].state ~= 'S' then
			put('job', id, written(jobs[id]))
		end
	end
	for kind, values in pairs(puts) do
		store(root .. ':' .. kind, values)
	end
	for lane, waiting in pairs(lanes) do
		local queue, name = lane:match('^([^:]*):(.*)$')
		in_parts('ZADD', waiting, lane_key(lane))
		redis.call('SADD', root .. ':queues', queue)
		redis.call('SADD', key('names', queue), name)
	end
	for letter, ids in pairs(endings) do
		in_parts('RPUSH', ids, key('ended', letter))
	end
end

-- No tag leads to these jobs any more.
local function untag(ids)
	for i, lines in ipairs(read('tags', ids)) do
		for tag in string.gmatch(lines or '', '[^\n]+') do
			redis.call('ZREM', key('tag', tag), ids[i])
		end
	end
end

-- Nor is there anything that is these jobs' own.
local function drop_own(ids)
	for i, own in ipairs(read('more', ids)) do
		if own then
			redis.call('DEL', key('attempts', ids[i]), key('returns', ids[i]), key('words', ids[i]))
		end
	end
end

-- What is kept of these jobs goes, if they ended so.
local function forget(letter, ids)
	local gone = {}
	if letter == 'S' then
		for i, said in ipairs(read('end', ids)) do
			gone[#gone + 1] = said and ids[i] or nil
		end
	else
		load(ids)
		for _, id in ipairs(ids) do
			gone[#gone + 1] = is(id, letter) and id or nil
		end
	end
	local before = { tags = untag, more = drop_own }
	for _, kind in ipairs({ 'tags', 'more', 'job', 'end', 'text', 'result', 'failure', 'error' }) do
		if redis.call('EXISTS', root .. ':' .. kind) == 1 then
			if before[kind] then
				before[kind](gone)
			end
			in_parts('HDEL', gone, root .. ':' .. kind)
		end
	end
end

-- The oldest of what ended goes, if that is more than is kept.
local function trim(letter, limit)
	local ended_jobs = key('ended', letter)
	local excess = math.min(redis.call('LLEN', ended_jobs) - limit, 2 * MANY)
	if excess > 0 then
		forget(letter, redis.call('LRANGE', ended_jobs, 0, excess - 1))
		redis.call('LTRIM', ended_jobs, excess, -1)
	end
end
