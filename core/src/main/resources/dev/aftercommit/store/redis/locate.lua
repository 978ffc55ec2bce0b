-- Says where job ARGV[2] is: nothing if it is unknown; else now, the node that runs it (0 if none does), 1 if it is to be cancelled, its
-- state, its line, how it failed, and of a blocked one which kind of key it waits for (unique, line or ''), the key, and some of those who have
-- it, as one text.
local STATES = { S = 'SUCCEEDED', D = 'DEAD', C = 'CANCELLED' }
local id = ARGV[2]
load({ id })
local job = jobs[id]
if not job then
	return {}
end
local states, holders = find_out({ id })
local node = states[id] == 'RUNNING' and holders[id][1] or '0'
local kind, of, ids = '', '', {}
if states[id] == 'BLOCKED' then
	local slots = job.unique and redis.call('HMGET', key('unique', job.unique), '0', '1') or {}
	if slots[2] == id then
		kind, of, ids = 'unique', job.unique, { slots[1] or nil }
	elseif job.line then
		kind, of, ids = 'line', job.line, redis.call('ZRANGE', key('held', job.line), 0, 9)
	end
end
return { text(now), node, is_to_be_cancelled(node, id) and '1' or '0', states[id] or STATES[job.state], written(job),
	job.failed == 'f' and read('failure', { id })[1], kind, of, table.concat(ids) }
