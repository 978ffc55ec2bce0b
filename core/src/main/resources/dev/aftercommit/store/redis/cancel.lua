-- Cancels job ARGV[3] if it has not started; ARGV[2] is how many ended jobs are kept. Tells whether it did.
although_full()
local id = ARGV[3]
load({ id })
local job = jobs[id]
if is(id, 'ENQUEUED') and type(job.q) == 'string' and type(job.n) == 'string' then
	redis.call('ZREM', lane(job.q, job.n), entry(id))
	vacate(job.q, job.n)
elseif is(id, 'SCHEDULED') or is(id, 'RETRYING') then
	redis.call('ZREM', root .. ':' .. job.s:lower(), entry(id))
else
	return { 0 }
end
drops[1] = key('text', id)
ended(id, 'CANCELLED')
save()
trim('CANCELLED', tonumber(ARGV[2]))
return { 1 }
