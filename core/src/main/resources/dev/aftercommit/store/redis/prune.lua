-- Deletes at most ARGV[2] jobs of each state that ended longer ago than ARGV[3] (succeeded), [4] (cancelled), [5] (dead), and nodes
-- that ended longer ago than ARGV[6], and operators' orders older than ARGV[7], whose kinds follow ARGV[8]. Who knew a name last is kept then,
-- until that is longer ago than ARGV[8]. Tells how many jobs.
although_full()
local pruned, limit, YOUNG = 0, tonumber(ARGV[2]), 100

-- In the order in which they ended, but for when the clock was turned back: so a few young ones end no search.
for i, letter in ipairs({ 'S', 'C', 'D' }) do
	local from, before, old, gone, young = key('ended', letter), now - ARGV[i + 2], {}, 0, 0
	local ids = redis.call('LRANGE', from, 0, limit + YOUNG - 1)
	load(ids)
	for _, id in ipairs(ids) do
		if #old == limit or young == YOUNG then
			break
		end
		local ended_here = is(id, letter)
		if ended_here and jobs[id].ended >= before then
			young = young + 1
		else
			if ended_here then
				old[#old + 1] = id
			end
			if young == 0 then
				gone = gone + 1
			else
				redis.call('LREM', from, 1, id)
			end
		end
	end
	forget(letter, old)
	redis.call('LTRIM', from, gone, -1)
	pruned = pruned + #old
end
local known = root .. ':known'
local function heard_at(last)
	return last and number(match(last, '^%d+')) or 0
end
local function inherit(node)
	local said = redis.call('HMGET', key('node', node), 'names', 'version', 'heartbeat')
	local heard = number(said[3])
	for name in string.gmatch(said[1] or '', '[^\n]+') do
		if heard_at(redis.call('HMGET', known, name)[1]) < heard and redis.call('HLEN', known) < MANY then
			redis.call('HSET', known, name, text(heard) .. ' ' .. (said[2] or ''))
		end
	end
end
for _, node in ipairs(redis.call('ZRANGEBYSCORE', root .. ':gone', '-inf', '(' .. text(now - ARGV[6]), 'LIMIT', 0, MANY)) do
	inherit(node)
	redis.call('DEL', key('node', node))
	redis.call('ZREM', root .. ':gone', node)
end

-- Operators' orders: of all, and of subjects that nobody has given one about since.
local young = now - ARGV[7]
local old = 0
for _, entry in ipairs(redis.call('LRANGE', root .. ':audit', 0, limit - 1)) do
	if number(match(entry, '^%d+')) >= young then
		break
	end
	old = old + 1
end
redis.call('LTRIM', root .. ':audit', old, -1)
for i = 9, #ARGV do
	local subjects = key('audited', ARGV[i])
	for _, subject in ipairs(redis.call('ZRANGEBYSCORE', subjects, '-inf', '(' .. text(young), 'LIMIT', 0, limit)) do
		redis.call('DEL', key('audit', ARGV[i] .. ':' .. subject))
		redis.call('ZREM', subjects, subject)
	end
end

local fields = redis.call('HLEN', known) > 0 and redis.call('HGETALL', known) or {}
for i = 1, #fields, 2 do
	if heard_at(fields[i + 1]) < now - ARGV[8] then
		redis.call('HDEL', known, fields[i])
	end
end
return { pruned }
