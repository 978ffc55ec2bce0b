-- Tells what was counted: the time; then, for the present minute and the ARGV[2] before it, the minute, a field and its count, one
-- after the other.
local reply, present = { text(now) }, math.floor(now / 60000000)
for minute = present - ARGV[2], present do
	local counts = redis.call('HGETALL', key('flow', text(minute)))
	for i = 1, #counts, 2 do
		append(reply, text(minute), counts[i])
		reply[#reply + 1] = counts[i + 1]
	end
end
return reply
