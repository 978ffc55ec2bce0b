-- Keeps what bodies have said: from ARGV[2] on six values for each: its job, node and token, its version, its progress ('' for none, or
-- two numbers), its lines. Of each of the latest three attempts a field of one hash: when it was first heard, its version, the rest.
although_full()
local ATTEMPTS = 3

local function first_heard(value)
	return number(value:match('^%S+'))
end

local function forget_oldest(of)
	local all = redis.call('HGETALL', of)
	local oldest = 1
	for i = 3, #all, 2 do
		if first_heard(all[i + 1]) < first_heard(all[oldest + 1]) then
			oldest = i
		end
	end
	redis.call('HDEL', of, all[oldest])
end

for i = 2, #ARGV, 6 do
	local id, node, token, version = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
	load({ id })
	if is(id, 'L') and redis.call('HMGET', key('lease', node), id)[1] == token then
		local of, field = key('words', id), node .. ':' .. token
		local known = redis.call('HMGET', of, field)[1]
		local first, old = (known or ''):match('^(%S+) (%S+)')
		if not known or number(old) < number(version) then
			redis.call('HSET', of, field, (first or text(now)) .. ' ' .. version .. ' ' .. ARGV[i + 4] .. '\n' .. ARGV[i + 5])
		end
		if not known and redis.call('HLEN', of) > ATTEMPTS then
			forget_oldest(of)
		end
		put('more', id, '')
	end
end
save()
return {}
