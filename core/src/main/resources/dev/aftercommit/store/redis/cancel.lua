-- Cancels job ARGV[3] if it has not started; ARGV[2] is how many ended jobs are kept. Tells whether it did.
although_full()
local id = ARGV[3]
local job = load(id, 's', 'q', 'n', 'k')
local entry = job and place_of(job[4]) .. ':' .. id
if job and job[1] == 'ENQUEUED' and job[2] and job[3] then
	redis.call('ZREM', lane(job[2], job[3]), entry)
	vacate(job[2], job[3])
elseif job and (job[1] == 'SCHEDULED' or job[1] == 'RETRYING') then
	redis.call('ZREM', root .. ':' .. job[1]:lower(), entry)
else
	return { 0 }
end
redis.call('DEL', key('text', id))
ended(id, 'CANCELLED')
trim('CANCELLED', tonumber(ARGV[2]))
return { 1 }
