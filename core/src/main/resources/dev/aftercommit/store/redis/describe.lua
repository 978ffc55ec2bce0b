-- Describes jobs: for each of ARGV[2] on that is known, its id, its state, its line, how it failed, and its tags.
local STATES = { S = 'SUCCEEDED', D = 'DEAD', C = 'CANCELLED' }
local ids, reply = {}, {}
for i = 2, #ARGV do
	ids[i - 1] = ARGV[i]
end
load(ids)
local live = find_out(ids)
for _, id in ipairs(ids) do
	local job = jobs[id]
	if job then
		append(reply, id, live[id] or STATES[job.state])
		append(reply, written(job), job.failed == 'f' and read('failure', { id })[1])
		reply[#reply + 1] = read('tags', { id })[1] or ''
	end
end
return reply
