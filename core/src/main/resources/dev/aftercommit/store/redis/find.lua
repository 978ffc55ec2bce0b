-- Looks jobs up: for each of ARGV[2] on that is known, its id, its state, its line, its result and how it failed.
local STATES = { S = 'SUCCEEDED', D = 'DEAD', C = 'CANCELLED' }
local ids, separate, failed, results, failures, reply = {}, {}, {}, {}, {}, {}
for i = 2, #ARGV do
	ids[i - 1] = ARGV[i]
end
load(ids)
local live = find_out(ids)
for _, id in ipairs(ids) do
	local job = jobs[id]
	if is(id, 'S') and job.text == 't' then
		separate[#separate + 1] = id
	elseif is(id, 'S') and sub(job.rest, 1, 1) == '=' then
		results[id] = sub(job.rest, 2)
	end
	if job and job.failed == 'f' then
		failed[#failed + 1] = id
	end
end
for i, value in ipairs(read('text', separate)) do
	results[separate[i]] = value
end
for i, value in ipairs(read('failure', failed)) do
	failures[failed[i]] = value
end
for _, id in ipairs(ids) do
	local job = jobs[id]
	if job then
		append(reply, id, live[id] or STATES[job.state])
		job.rest = ''
		reply[#reply + 1] = written(job)
		append(reply, results[id] or false, failures[id] or false)
	end
end
return reply
