-- Applies the ends of attempts: ARGV[2] is how many ended jobs are kept, [3] on has 8 values for each. Tells which were accepted.
although_full()
local accepted = {}

-- Leases whose outcome was accepted, so that the same one is recognised; only the latest, a job may be released for ever.
local function remember(leases, lease)
	leases = (leases or '') .. lease .. ' '
	if #leases > 1024 then
		leases = leases:sub(-1024):gsub('^%S* ', '', 1)
	end
	return leases
end

local function apply(id, lease, job, kind, a, b, c, d)
	local leases = remember(job[3], lease)
	if kind == 'succeeded' then
		ended(id, 'SUCCEEDED', 'z', leases)
		if a == '1' then
			redis.call('SET', key('text', id), b)
		else
			redis.call('DEL', key('text', id))
		end
	elseif kind == 'retry' then
		local due = text(math.min(now + a, LATEST))
		redis.call('HSET', key('job', id), 's', 'RETRYING', 'd', due, 'z', leases, 'fo', b, 'ft', c, 'fx', d)
		redis.call('ZADD', root .. ':retrying', due, place_of(job[5]) .. ':' .. id)
	elseif kind == 'dead' then
		ended(id, 'DEAD', 'z', leases, 'w', a, 'fo', b, 'ft', c, 'fx', d)
	else
		to_ready(id, 'z', leases, 'a', math.max(0, number(job[4]) - 1))
	end
end

for i = 3, #ARGV, 8 do
	local id, node, token = ARGV[i], ARGV[i + 1], ARGV[i + 2]
	local lease = node .. ':' .. token
	local job = load(id, 's', 'o', 'z', 'a', 'k')
	if job and job[1] == 'RUNNING' and job[2] == lease then
		lose_lease(node, id)
		apply(id, lease, job, ARGV[i + 3], ARGV[i + 4], ARGV[i + 5], ARGV[i + 6], ARGV[i + 7])
		accepted[#accepted + 1] = id
	elseif job and job[3] and (' ' .. job[3]):find(' ' .. lease .. ' ', 1, true) then
		accepted[#accepted + 1] = id
	end
end
trim('SUCCEEDED', tonumber(ARGV[2]))
trim('DEAD', tonumber(ARGV[2]))
return accepted
