-- Applies the ends of attempts: ARGV[2] is how many ended jobs are kept; then come, for each lease, its node, its token, the ids of
-- jobs without keys that are done without a result as one text, how many others ended, and for each of these its id, what is to become
-- of it, and as many values as that takes: a result is one of a job without keys, done and returned of one that may have some. Those of
-- one node follow one another. Tells which were not accepted, by their numbers from 1.
although_full()
-- How many values. Of all but a success, the last one is how long the job had waited when it was claimed.
local VALUES = { done = 0, returned = 1, result = 1, retry = 3, dead = 3, cancelled = 2, snoozed = 2, released = 1 }
local GIVEN_BACK = { snoozed = 'SNOOZED', released = 'INTERRUPTED' }
local refused, retried, snoozed, before = {}, {}, {}, 0

local function was_accepted(id, lease)
	load({ id })
	local job = jobs[id]
	return job and (job.last == lease or find(job.leases, ',' .. lease .. ',', 1, true))
end

-- Whatever the attempt came to but a success, of a job that is to be cancelled.
local function cancel(id, lease, kind, failure)
	if GIVEN_BACK[kind] then
		jobs[id].leases = remember(jobs[id].leases, lease)
		lease = '-'
	elseif not find(failure, '^CANCELLED\n') then
		-- Leaving is no failure.
		fail(id, failure)
	end
	ended(id, 'C', lease, '-')
end

local function note(node, id, kind, a, b, c)
	local waited = VALUES[kind] == 1 and a or VALUES[kind] == 2 and b or c
	local started = text(jobs[id].due + number(waited))
	if GIVEN_BACK[kind] then
		note_given_back(node, id, started, GIVEN_BACK[kind])
	else
		note_counted(node, id, started, kind == 'cancelled' and a or b)
	end
end

local function apply(node, id, lease, kind, a, b, c)
	load({ id })
	local job = jobs[id]
	if not is(id, 'L') then
		return was_accepted(id, lease)
	end
	if kind ~= 'done' and kind ~= 'returned' then
		note(node, id, kind, a, b, c)
	end
	if kind == 'done' then
		ended(id, 'S', lease, '-')
	elseif kind == 'returned' then
		ended(id, 'S', lease, '-')
		put('result', id, a)
	elseif kind == 'cancelled' then
		cancel(id, lease, kind, a)
	elseif is_to_be_cancelled(node, id) then
		cancel(id, lease, kind, b)
	elseif kind == 'retry' then
		job.attempts, job.due = job.attempts + 1, math.min(now + number(a), LATEST)
		job.leases = remember(job.leases, lease)
		append(retried, text(job.due), entry(id))
		fail(id, b)
	elseif kind == 'snoozed' then
		job.due, changed[id] = math.min(now + number(a), LATEST), true
		job.leases = remember(job.leases, lease)
		append(snoozed, text(job.due), entry(id))
	elseif kind == 'dead' then
		ended(id, 'D', lease, a)
		fail(id, b)
	else
		job.leases, changed[id] = remember(job.leases, lease), true
		to_ready(id)
	end
	return true
end

local function refuse(number)
	refused[#refused + 1] = before + number
end

-- What nearly all come to, in as few steps as there can be: whoever has the lease of a job that has a text has a live one, unless
-- somebody wrote values of his own.
local function succeed(quick, ends, numbers, starts)
	local all, count, succeeded, puts_of_end = 0, #quick, list_in(endings, 'S'), list_in(puts, 'end')
	for i = 1, count, PART do
		all = all + redis.call('HDEL', root .. ':text', unpack(quick, i, math.min(i + PART - 1, count)))
	end
	if all < count then
		load(quick)
	end
	local m, n = #succeeded, #puts_of_end
	for i = 1, count do
		local id = quick[i]
		if all == count or is(id, 'L') then
			m, n = m + 1, n + 2
			succeeded[m], puts_of_end[n - 1], puts_of_end[n] = id, id, ends[i]
			local start = starts[numbers[i]]
			if start then
				put('result', id, ARGV[start + 1])
			end
		else
			refuse(numbers[i])
		end
	end
end

local function apply_all(node, ids, tokens, starts)
	local held, mine, ends_of = ask('HMGET', key('lease', node), ids), list_in(freed, node), {}
	local quick, ends, numbers, n, m = {}, {}, {}, 0, #mine
	for i = 1, #ids do
		local id, token, start = ids[i], tokens[i], starts[i]
		if held[i] ~= token then
			if not was_accepted(id, node .. ':' .. token) then
				refuse(i)
			end
		else
			m = m + 1
			mine[m] = id
			if not start or ARGV[start] == 'result' then
				local words = ends_of[token]
				if not words then
					words = node .. ':' .. token .. ' ' .. text(now)
					ends_of[token] = words
				end
				n = n + 1
				quick[n], ends[n], numbers[n] = id, words, i
			elseif not apply(node, id, node .. ':' .. token, ARGV[start], ARGV[start + 1], ARGV[start + 2], ARGV[start + 3]) then
				refuse(i)
			end
		end
	end
	if n > 0 then
		succeed(quick, ends, numbers, starts)
	end
	before = before + #ids
end

local at, n, node, ids, tokens, starts = 3, 0, ARGV[3], {}, {}, {}
while at <= #ARGV do
	local token, done = ARGV[at + 1], ARGV[at + 2]
	if ARGV[at] ~= node then
		apply_all(node, ids, tokens, starts)
		n, node, ids, tokens, starts = 0, ARGV[at], {}, {}, {}
	end
	for i = 1, #done, 36 do
		n = n + 1
		ids[n], tokens[n], starts[n] = sub(done, i, i + 35), token, false
	end
	local others = tonumber(ARGV[at + 3])
	at = at + 4
	for _ = 1, others do
		n = n + 1
		ids[n], tokens[n], starts[n] = ARGV[at], token, at + 1
		at = at + 2 + VALUES[ARGV[at + 1]]
	end
end
apply_all(node, ids, tokens, starts)
in_parts('ZADD', retried, root .. ':retrying')
in_parts('ZADD', snoozed, root .. ':scheduled')
save()
trim('S', tonumber(ARGV[2]))
trim('D', tonumber(ARGV[2]))
trim('C', tonumber(ARGV[2]))
return refused
