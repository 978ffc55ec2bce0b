-- Carries out order ARGV[3] about job ARGV[4]; ARGV[2] is how many ended jobs are kept. Tells in which state it found the job, '' if
-- it is unknown, and whether the order was carried out (done), recorded (requested) or means nothing in that state (refused), or which job
-- has its unique key (held, and that one's id). The order
-- cancel_waiting is refused where cancel would be recorded.
although_full()
local STATES = { S = 'SUCCEEDED', D = 'DEAD', C = 'CANCELLED' }
local order, id = ARGV[3], ARGV[4]
load({ id })
local job = jobs[id]
if not job then
	return { '', '' }
end
local states, holders = find_out({ id })
local state = states[id] or STATES[job.state]
local cancels = order == 'cancel' or order == 'cancel_waiting'
local waits_for_its_time = state == 'SCHEDULED' or state == 'RETRYING'

local function stop_waiting()
	redis.call('ZREM', root .. ':' .. state:lower(), entry(id))
end

local function done()
	save()
	trim('C', tonumber(ARGV[2]))
	return { state, 'done' }
end

if order == 'retry' and state == 'DEAD' then
	local holder = job.unique and holder_of(job.unique)
	if holder then
		return { state, 'held', holder }
	elseif job.unique then
		take_unique(id, '0')
	end
	redis.call('LREM', key('ended', 'D'), 1, id)
	if job.last ~= '-' then
		job.leases, job.attempts = remember(job.leases, job.last), job.attempts + 1
	end
	if job.reason == 'CRASHED' then
		redis.call('ZADD', root .. ':lost', text(job.ended), id)
	end
	job.state, job.forgiven, job.crashes, job.due, changed[id] = 'L', job.attempts, 0, now, true
	to_ready(id)
	return done()
elseif order == 'run_now' and waits_for_its_time then
	stop_waiting()
	job.due, changed[id] = now, true
	to_ready(id)
	return done()
elseif order == 'delete' and STATES[job.state] then
	redis.call('LREM', key('ended', job.state), 1, id)
	redis.call('ZREM', root .. ':lost', id)
	forget(job.state, { id })
	return done()
elseif order == 'cancel' and state == 'RUNNING' then
	for _, node in ipairs(holders[id]) do
		redis.call('HSET', key('cancel', node), id, redis.call('HMGET', key('lease', node), id)[1])
	end
	return { state, 'requested' }
elseif cancels and states[id] and state ~= 'RUNNING' then
	cancel_waiting(id, state)
	return done()
end
return { state, 'refused' }
