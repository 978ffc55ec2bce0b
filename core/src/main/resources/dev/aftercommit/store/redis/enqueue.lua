-- Takes jobs, all or none: ARGV[2] on has 7 values for each. Those that are known are left alone.
local many = (#ARGV - 1) / 7
local place = redis.call('INCRBY', root .. ':place', many) - many
local delayed, known = {}, 0
for i = 2, #ARGV, 7 * PART do
	local keys = {}
	for j = i, math.min(i + 7 * PART - 1, #ARGV), 7 do
		keys[#keys + 1] = key('job', ARGV[j])
	end
	known = known + redis.call('EXISTS', unpack(keys))
end
for i = 2, #ARGV, 7 do
	local id, kind, time = ARGV[i], ARGV[i + 4], ARGV[i + 5]
	place = place + 1
	if not jobs[id] and (known == 0 or redis.call('EXISTS', key('job', id)) == 0) then
		local due = now
		if kind == 'in' then
			due = math.min(now + time, LATEST)
		elseif kind == 'at' then
			due = math.min(math.max(now, tonumber(time)), LATEST)
		end
		jobs[id] = { n = ARGV[i + 1], q = ARGV[i + 2], p = tonumber(ARGV[i + 3]), k = place, e = now, d = due, a = 0 }
		append(puts, key('text', id), ARGV[i + 6])
		if due > now then
			jobs[id].s, changed[id] = 'SCHEDULED', true
			append(delayed, text(due), entry(id))
		else
			to_ready(id)
		end
	end
end
in_parts('ZADD', delayed, root .. ':scheduled')
save()
return {}
