-- Keeps an operator's order: ARGV[2] is its lines but for the first one, which is the time. From ARGV[3] on, by what it is found: two
-- words for each, a kind and a subject. Of each subject the latest ones are kept, of each kind the latest subjects.
although_full()
local OF_ALL, OF_ONE, SUBJECTS = 10000, 100, 10000

local function keep(list, entry, most)
	redis.call('RPUSH', list, entry)
	redis.call('LTRIM', list, -most, -1)
end

local function forget_oldest(kind)
	local subjects = key('audited', kind)
	local excess = redis.call('ZCARD', subjects) - SUBJECTS
	if excess > 0 then
		for _, subject in ipairs(redis.call('ZRANGE', subjects, 0, excess - 1)) do
			redis.call('DEL', key('audit', kind .. ':' .. subject))
		end
		redis.call('ZREMRANGEBYRANK', subjects, 0, excess - 1)
	end
end

local entry = text(now) .. '\n' .. ARGV[2]
keep(root .. ':audit', entry, OF_ALL)
for i = 3, #ARGV, 2 do
	local kind, subject = ARGV[i], ARGV[i + 1]
	keep(key('audit', kind .. ':' .. subject), entry, OF_ONE)
	redis.call('ZADD', key('audited', kind), text(now), subject)
	forget_oldest(kind)
end
return {}
