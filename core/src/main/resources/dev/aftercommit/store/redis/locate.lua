-- Says where job ARGV[2] is: nothing if it is unknown; else now, the node that runs it (0 if none does), 1 if it is to be cancelled, its
-- state, its line, and how it failed.
local STATES = { S = 'SUCCEEDED', D = 'DEAD', C = 'CANCELLED' }
local id = ARGV[2]
load({ id })
local job = jobs[id]
if not job then
	return {}
end
local states, holders = find_out({ id })
local node = states[id] == 'RUNNING' and holders[id][1] or '0'
job.rest = ''
return { text(now), node, is_to_be_cancelled(node, id) and '1' or '0', states[id] or STATES[job.state], written(job),
	job.failed == 'f' and read('failure', { id })[1] }
