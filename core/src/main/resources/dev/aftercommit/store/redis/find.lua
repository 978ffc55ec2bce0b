-- Looks jobs up: for each of ARGV[2] on that is known, its id and 13 values.
local found = {}
for i = 2, #ARGV do
	local job = load(ARGV[i], 's', 'n', 'q', 'p', 'a', 'e', 'd', 't', 'w', 'fo', 'ft', 'fx')
	if job and job[1] then
		found[#found + 1] = ARGV[i]
		for j = 1, 12 do
			found[#found + 1] = job[j]
		end
		local stored = job[1] == 'SUCCEEDED' and redis.pcall('GET', key('text', ARGV[i]))
		found[#found + 1] = type(stored) == 'string' and stored or false
	end
end
return found
