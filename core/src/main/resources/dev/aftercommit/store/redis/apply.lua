-- Applies the ends of attempts: ARGV[2] is how many ended jobs are kept; then come, for each, its id, its lease, what is to become
-- of it, and as many values as that takes. Tells which were accepted.
although_full()
local VALUES = { done = 0, result = 1, retry = 4, dead = 4, released = 0 }
local accepted, ids, delayed = {}, {}, {}

-- Leases whose outcome was accepted, so that the same one is recognised; only the latest, a job may be released for ever.
local function remember(leases, lease)
	leases = (type(leases) == 'string' and leases or '') .. lease .. ' '
	if #leases > 1024 then
		leases = leases:sub(-1024):gsub('^%S* ', '', 1)
	end
	return leases
end

local function was_accepted(leases, lease)
	return type(leases) == 'string' and (' ' .. leases):find(' ' .. lease .. ' ', 1, true)
end

local function apply(id, kind, a, b, c, d)
	local job = jobs[id]
	if kind == 'done' then
		ended(id, 'SUCCEEDED')
		drops[#drops + 1] = key('text', id)
	elseif kind == 'result' then
		ended(id, 'SUCCEEDED')
		append(puts, key('text', id), a)
	elseif kind == 'retry' then
		job.s, job.d, changed[id] = 'RETRYING', math.min(now + a, LATEST), true
		append(delayed, text(job.d), entry(id))
		fail(id, b, c, d)
	elseif kind == 'dead' then
		job.w = a
		ended(id, 'DEAD')
		fail(id, b, c, d)
	else
		job.a = math.max(0, number(job.a) - 1)
		to_ready(id)
	end
end

local at, starts = 3, {}
while at <= #ARGV do
	ids[#ids + 1] = ARGV[at]
	starts[#starts + 1] = at
	at = at + 3 + VALUES[ARGV[at + 2]]
end
load(ids)
for i, id in ipairs(ids) do
	local from, job = starts[i], jobs[id]
	local lease = ARGV[from + 1]
	if is(id, 'RUNNING') and job.o == lease then
		free(lease:match('^[^:]*'), id)
		job.z = remember(job.z, lease)
		apply(id, unpack(ARGV, from + 2, from + 6))
		accepted[#accepted + 1] = id
	elseif job and was_accepted(job.z, lease) then
		accepted[#accepted + 1] = id
	end
end
in_parts('ZADD', delayed, root .. ':retrying')
save()
trim('SUCCEEDED', tonumber(ARGV[2]))
trim('DEAD', tonumber(ARGV[2]))
return accepted
