-- What the bodies of job ARGV[2] have said, attempt by attempt, as it was noted.
local all, reply = redis.call('HGETALL', key('words', ARGV[2])), {}
for i = 2, #all, 2 do
	reply[#reply + 1] = all[i]
end
return reply
