-- Says who knew the names of ARGV[2] and on last, of nodes that are not kept any more: for each that is known the name, when the node
-- was heard last, and its version.
local reply = {}
for i = 2, #ARGV do
	local last = redis.call('HMGET', root .. ':known', ARGV[i])[1]
	local heard, version = match(last or '', '^(%d+) (.*)$')
	if heard then
		append(reply, ARGV[i], heard)
		reply[#reply + 1] = version
	end
end
return reply
