-- Looks jobs up: for each of ARGV[2] on that is known, its id, its state, its line, its result and how it failed.
local STATES = { S = 'SUCCEEDED', D = 'DEAD', C = 'CANCELLED' }
local ids, succeeded, failed, results, failures, reply = {}, {}, {}, {}, {}, {}
for i = 2, #ARGV do
	ids[i - 1] = ARGV[i]
end
load(ids)
local live = find_out(ids)
for _, id in ipairs(ids) do
	local job = jobs[id]
	succeeded[#succeeded + 1] = is(id, 'S') and id or nil
	failed[#failed + 1] = job and job.failed == 'f' and id or nil
end
for i, value in ipairs(read('result', succeeded)) do
	results[succeeded[i]] = value
end
for i, value in ipairs(read('failure', failed)) do
	failures[failed[i]] = value
end
for _, id in ipairs(ids) do
	local job = jobs[id]
	if job then
		append(reply, id, live[id] or STATES[job.state])
		reply[#reply + 1] = written(job)
		append(reply, results[id] or false, failures[id] or false)
	end
end
return reply
