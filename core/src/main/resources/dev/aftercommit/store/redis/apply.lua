-- Applies the ends of attempts: ARGV[2] is how many ended jobs are kept; then come, for each lease, its node, its token, the ids of
-- jobs that are done without a result as one text, how many others ended, and for each of these its id, what is to become of it, and
-- as many values as that takes. Those of one node follow one another. Tells which were not accepted, by their numbers from 1.
although_full()
-- How many values. Of all but a success, the last one is how long the job had waited when it was claimed.
local VALUES = { done = 0, result = 1, retry = 3, dead = 3, cancelled = 2, snoozed = 2, released = 1 }
local GIVEN_BACK = { snoozed = 'SNOOZED', released = 'INTERRUPTED' }
local refused, retried, snoozed, succeeded, before = {}, {}, {}, list_in(endings, 'S'), 0

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
	if kind ~= 'done' and kind ~= 'result' then
		note(node, id, kind, a, b, c)
	end
	if kind == 'done' then
		ended(id, 'S', lease, '-')
	elseif kind == 'result' then
		ended(id, 'S', lease, '-')
		if #a > LONG then
			append(puts, key('text', id), a)
			job.text = 't'
		else
			job.rest = '=' .. a
		end
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

local function apply_all(node, ids, tokens, starts)
	local held, records, mine = ask('HMGET', key('lease', node), ids), read('job', ids), list_in(freed, node)
	local start, endings_of = key('job', ''), {}
	for i = 1, #ids do
		local id, token, found, accepted = ids[i], tokens[i], records[i], nil
		if held[i] == token then
			mine[#mine + 1] = id
			local kind, result = 'done', nil
			if starts[i] then
				kind = ARGV[starts[i]]
				result = kind == 'result' and ARGV[starts[i] + 1]
			end
			local state, separate = byte(found or '', 1, 2)
			local stop = state == LIVE and separate == PLAIN and find(found, '\n', 1, true)
			if stop and (kind == 'done' or (result and #result <= LONG)) then
				-- What nearly all come to, in as few steps as there can be.
				local words = endings_of[token]
				if not words then
					words = ' ' .. node .. ':' .. token .. ' ' .. text(now) .. ' -\n'
					endings_of[token] = words
				end
				append(puts, start .. id, 'S' .. sub(found, 2, stop - 1) .. words .. (result and '=' .. result or ''))
				succeeded[#succeeded + 1] = id
				accepted = true
			else
				local at = starts[i] or #ARGV
				accepted = apply(node, id, node .. ':' .. token, kind, ARGV[at + 1], ARGV[at + 2], ARGV[at + 3])
			end
		else
			accepted = was_accepted(id, node .. ':' .. token)
		end
		if not accepted then
			refused[#refused + 1] = before + i
		end
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
