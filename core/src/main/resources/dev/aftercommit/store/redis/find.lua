-- Looks jobs up: for each of ARGV[2] on that is known, its id and 13 values.
local ids, with_result, failed, results, failures, reply = {}, {}, {}, {}, {}, {}
for i = 2, #ARGV do
	ids[i - 1] = ARGV[i]
end
load(ids)
for _, id in ipairs(ids) do
	if is(id, 'SUCCEEDED') then
		with_result[#with_result + 1] = id
	end
	if jobs[id] and jobs[id].f then
		failed[#failed + 1] = id
	end
end
for i, value in ipairs(read('text', with_result)) do
	results[with_result[i]] = value
end
for i, value in ipairs(read('failure', failed)) do
	failures[failed[i]] = value and unpacked(value)
end

local function known(value)
	return type(value) == 'string' and value or false
end

for _, id in ipairs(ids) do
	local job = jobs[id]
	if job then
		local failure = failures[id] or {}
		append(reply, id, job.s)
		append(reply, known(job.n), known(job.q))
		append(reply, text(number(job.p)), text(number(job.a)))
		append(reply, text(number(job.e)), text(number(job.d)))
		append(reply, text(number(job.t)), known(job.w))
		append(reply, known(failure[1]), known(failure[2]))
		append(reply, known(failure[3]), results[id] or false)
	end
end
return reply
