-- Lists operators' orders, the latest ones last: at most ARGV[2], none that is older than ARGV[3] microseconds, of all of them, or of
-- those about subject ARGV[5] of kind ARGV[4].
local list = ARGV[4] and key('audit', ARGV[4] .. ':' .. ARGV[5]) or root .. ':audit'
local reply = {}
for _, entry in ipairs(redis.call('LRANGE', list, -tonumber(ARGV[2]), -1)) do
	if number(match(entry, '^%d+')) >= now - ARGV[3] then
		reply[#reply + 1] = entry
	end
end
return reply
