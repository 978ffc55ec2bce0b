-- Says which jobs there are, without looking at them: those of ARGV[2] on, states, up to an empty one; then queue and name, '' for any; then
-- 1 if those that came last are wanted first; then from which one of each place on, and how many of each, 0 for as many as are fair.
-- Tells how many of each that was, whether there are more (1 or 0), and the ids as one text.
local wanted, at = {}, 2
while ARGV[at] ~= '' do
	wanted[ARGV[at]] = true
	at = at + 1
end
local queue, name, newest, from, width = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3] == '1', number(ARGV[at + 4]), number(ARGV[at + 5])

local places = {}
local function place(of, count, range)
	local size = redis.call(count, of)
	if size > 0 then
		places[#places + 1] = { key = of, size = size, range = range }
	end
end

local function lanes_of(one)
	for _, each in ipairs(name ~= '' and { name } or members(key('names', one))) do
		if #places < MANY then
			place(lane_key(one .. ':' .. each), 'ZCARD', 'ZRANGE')
		end
	end
end

if wanted.ENQUEUED then
	for _, one in ipairs(queue ~= '' and { queue } or members(root .. ':queues')) do
		lanes_of(one)
	end
end
for _, state in ipairs({ 'SCHEDULED', 'BLOCKED', 'RETRYING' }) do
	if wanted[state] then
		place(root .. ':' .. state:lower(), 'ZCARD', 'ZRANGE')
	end
end
for state, letter in pairs({ SUCCEEDED = 'S', DEAD = 'D', CANCELLED = 'C' }) do
	if wanted[state] then
		place(key('ended', letter), 'LLEN', 'LRANGE')
	end
end

if width == 0 then
	width = math.max(1, math.floor(MANY / math.max(1, #places)))
end
local ids, more = {}, 0
for _, each in ipairs(places) do
	local first, last = from, from + width - 1
	if newest then
		first, last = each.size - from - width, each.size - from - 1
	end
	if last >= 0 and first < each.size then
		for _, member in ipairs(redis.call(each.range, each.key, math.max(0, first), last)) do
			ids[#ids + 1] = each.range == 'LRANGE' and member or id_of(member)
		end
	end
	if from + width < each.size then
		more = 1
	end
end
if wanted.RUNNING and from == 0 then
	for _, node in ipairs(members(root .. ':leased')) do
		for _, id in ipairs(#ids <= 2 * MANY and redis.call('HKEYS', key('lease', node)) or {}) do
			ids[#ids + 1] = id
		end
	end
end
for i, id in ipairs(ids) do
	ids[i] = #id == 36 and id or ''
end
return { text(width), more, table.concat(ids) }
