-- Says by which definitions a node fires, and learns by which all do: ARGV[3] on has a name and a definition for each schedule. Others
-- that nobody has confirmed for ARGV[2] microseconds give way.
local answers = { text(now) }
for i = 3, #ARGV, 2 do
	local name, mine = ARGV[i], ARGV[i + 1]
	local last, seen, definition, paused, fired = schedule(name)
	if not last or (definition ~= mine and (ARGV[2] == '0' or seen + ARGV[2] <= now)) then
		last, definition = text(now), mine
	end
	if definition == mine then
		write(name, last, mine, paused, fired)
	end
	append(answers, definition, last)
	append(answers, paused or '-', fired or '-')
end
return answers
