-- Cancels job ARGV[3] if it has not started; ARGV[2] is how many ended jobs are kept. Tells whether it did.
although_full()
local id = ARGV[3]
load({ id })
local state = find_out({ id })[id]
if state == 'ENQUEUED' then
	redis.call('ZREM', lane_key(jobs[id].lane), entry(id))
	vacate(jobs[id].lane)
elseif state == 'SCHEDULED' or state == 'RETRYING' then
	redis.call('ZREM', root .. ':' .. state:lower(), entry(id))
else
	return { 0 }
end
ended(id, 'C', '-', '-')
save()
trim('C', tonumber(ARGV[2]))
return { 1 }
