-- Gives a node jobs: ARGV[2] node, [3] token, [4] limit, [5] a number to draw by, then four lists, each after its length:
-- queues (-1: all), queue and most jobs from it, queue and its weight if that is not 1, names. Tells in how many microseconds the next
-- one that is scheduled will be due (-1: none), now, in how many microseconds a rate lets one start that it holds up (-1: none does),
-- which queues are paused, the ids of the jobs as one text, the lines of all, and of a few what they were given.
-- What follows the lists, if anything, is rates: the most jobs of each, then for each its key, interval and tolerance, a list of queues
-- and one of names.
although_full()
local FEW = 10
local node, token, limit, turn, at = ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), 6

local function list()
	local values = {}
	for i = 1, tonumber(ARGV[at]) do
		values[i] = ARGV[at + i]
	end
	at = at + #values + 1
	return values
end

local all = ARGV[at] == '-1'
local queues, limits, heavy, names = list(), list(), list(), list()
if all then
	queues = members(root .. ':queues')
end
local most, weights, known = {}, {}, {}
for i = 1, #limits, 2 do
	most[limits[i]] = tonumber(limits[i + 1])
end
for i = 1, #heavy, 2 do
	weights[heavy[i]] = tonumber(heavy[i + 1])
end
local paused, rests = redis.call('SMEMBERS', root .. ':paused'), {}
for _, queue in ipairs(paused) do
	rests[queue] = true
end
for _, name in ipairs(names) do
	known[name] = true
end

-- The same arithmetic as in Java's RateLimit: up to when starts are spent is a time, and may be so far ahead of now.
local rates, rate_of_queue, rate_of_name = {}, {}, {}
local function rate()
	local key_of_it, interval, tolerance = key('rate', ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
	at = at + 3
	local kept, furthest = number(redis.call('GET', key_of_it)), now + tolerance + interval
	local spent = math.min(math.max(kept, now), furthest)
	local allowed = math.max(0, math.floor((now + tolerance - spent) / interval) + 1)
	return { key = key_of_it, interval = interval, tolerance = tolerance, spent = spent, used = 0, allowed = allowed,
		cut = kept > math.ceil(furthest) }
end

local most_rated = tonumber(ARGV[at] or '0')
at = at + 1
while ARGV[at] do
	local one = rate()
	one.allowed = math.min(one.allowed, most_rated)
	one.left = one.allowed
	rates[#rates + 1] = one
	for _, queue in ipairs(list()) do
		rate_of_queue[queue] = one
	end
	for _, name in ipairs(list()) do
		rate_of_name[name] = one
	end
end

local function use(of)
	if of then
		of.used = of.used + 1
	end
end

-- Whichever is shorter: the names that wait or those that are known. A million others cost nothing.
local function lanes_of(queue)
	local candidates = names
	if redis.call('SCARD', key('names', queue)) < #names then
		candidates = redis.call('SMEMBERS', key('names', queue))
	end
	local found, size = {}, 0
	for _, name in ipairs(candidates) do
		if known[name] then
			local lane = queue .. ':' .. name
			local from = lane_key(lane)
			local length = redis.call('ZCARD', from)
			if length > 0 then
				local of = rate_of_name[name]
				if of then
					of.waits = true
				end
				found[#found + 1] = { key = from, lane = lane, word = ' ' .. lane .. ' ', size = length, read = 0, taken = 0, at = 1,
					entries = {}, rate = of }
				size = size + (of and math.min(length, of.left) or length)
			else
				vacate(lane)
			end
		end
	end
	return found, size
end

local turns = {}
for _, queue in ipairs(queues) do
	local bound = math.min(most[queue] or limit, limit)
	if bound > 0 and not rests[queue] then
		local found, size = lanes_of(queue)
		local of = rate_of_queue[queue]
		if of then
			of.waits = of.waits or #found > 0
			size = math.min(size, of.left)
		end
		if size > 0 then
			turns[#turns + 1] = { lanes = found, bound = math.min(size, bound), share = 0, weight = weights[queue] or 1, rate = of }
		end
	end
end

-- Each queue its share, by weight. The last ones are drawn: however many lots a queue has, they are worth together what it weighs.
local function divide()
	local left, open = limit, turns
	while left > 0 and #open > 0 do
		local weight, still, shares = 0, {}, {}
		for i = 1, #open do
			weight = weight + open[i].weight
		end
		local rounds = math.floor(left / weight)
		for i = 1, #open do
			local queue = open[i]
			local share = math.min(rounds * queue.weight, queue.bound - queue.share)
			queue.share = queue.share + share
			left = left - share
			if queue.share < queue.bound then
				still[#still + 1] = queue
			end
		end
		if rounds == 0 then
			math.randomseed(turn)
			for i = 1, #open do
				local queue = open[i]
				local lots = math.min(queue.weight, queue.bound - queue.share)
				for _ = 1, lots do
					shares[#shares + 1] = { queue = queue, drawn = -math.log(1 - math.random()) * lots / queue.weight }
				end
			end
			table.sort(shares, function(a, b)
				return a.drawn < b.drawn
			end)
			for i = 1, math.min(left, #shares) do
				shares[i].queue.share = shares[i].queue.share + 1
			end
			left, still = left - #shares, {}
			for i = 1, #open do
				if open[i].share < open[i].bound then
					still[#still + 1] = open[i]
				end
			end
		end
		open = still
	end
end

-- The next one of a lane and its priority.
local function head(from, chunk)
	if from.rate and from.rate.left <= 0 then
		return nil
	end
	if from.at > #from.entries then
		if from.read >= from.size then
			return nil
		end
		from.entries = redis.call('ZRANGE', from.key, from.read, from.read + chunk - 1, 'WITHSCORES')
		from.read = from.read + chunk
		from.at = 1
	end
	return from.entries[from.at], tonumber(from.entries[from.at + 1])
end

-- The next ones of several lanes, as if they were one: what waits, its lane, its priority.
local function merge(queue, most)
	local chunk, found, froms, priorities = math.max(10, math.ceil(most / #queue.lanes)), {}, {}, {}
	while #found < most do
		local best, best_entry, best_priority
		for _, from in ipairs(queue.lanes) do
			local waiting, priority = head(from, chunk)
			if waiting and (not best or priority < best_priority or (priority == best_priority and waiting < best_entry)) then
				best, best_entry, best_priority = from, waiting, priority
			end
		end
		if not best then
			break
		end
		best.at = best.at + 2
		best.taken = best.taken + 1
		if best.rate then
			best.rate.left = best.rate.left - 1
		end
		local n = #found + 1
		found[n], froms[n], priorities[n] = best_entry, best, best_priority
	end
	return found, froms, priorities
end

-- The next ones of one lane, whose priorities are not asked for: nobody compares them.
local function next_of(from, most)
	local found, froms = redis.call('ZRANGE', from.key, from.taken, from.taken + most - 1), {}
	from.taken = from.taken + #found
	for i = 1, #found do
		froms[i] = from
	end
	return found, froms, {}
end

local ids, records, order, misplaced, keyed, n = {}, {}, {}, {}, {}, 0

-- What is in the way and no waiting job is taken out, too; a job that waits under a name or queue not its own is put right.
local function choose(queue)
	local looked = 0
	while queue.share > 0 and looked < MANY do
		local found, froms, priorities
		if #turns == 1 and #queue.lanes == 1 then
			found, froms, priorities = next_of(queue.lanes[1], queue.share)
		else
			found, froms, priorities = merge(queue, queue.share)
		end
		if #found == 0 then
			return
		end
		local found_ids = {}
		for i = 1, #found do
			found_ids[i] = sub(found[i], 18)
		end
		local values = read('job', found_ids)
		for i = 1, #found do
			local id, value = found_ids[i], values[i]
			local letter, kind = byte(value or '', 1, 2)
			if letter == LIVE and #id == 36 then
				if find(value, froms[i].word, 4, true) == 4 then
					n = n + 1
					ids[n], records[n] = id, value
					if kind == KEYED then
						keyed[#keyed + 1] = id
						jobs[id] = parsed(value)
					end
					order[n] = priorities[i] and { priority = priorities[i], entry = found[i], id = id, record = value }
					queue.share = queue.share - 1
					use(queue.rate)
					use(froms[i].rate)
				else
					misplaced[#misplaced + 1] = id
				end
			end
		end
		looked = looked + #found
	end
end

divide()
for _, queue in ipairs(turns) do
	choose(queue)
	for _, from in ipairs(queue.lanes) do
		if from.taken > 0 then
			redis.call('ZREMRANGEBYRANK', from.key, 0, from.taken - 1)
			if from.taken >= from.size then
				vacate(from.lane)
			end
		end
	end
end
if #turns > 1 then
	table.sort(order, function(a, b)
		return a.priority < b.priority or (a.priority == b.priority and a.entry < b.entry)
	end)
	for i, claimed in ipairs(order) do
		ids[i], records[i] = claimed.id, claimed.record
	end
end

local next_due = -1
for _, kind in ipairs({ ':scheduled', ':retrying' }) do
	local soonest = redis.call('ZRANGE', root .. kind, 0, 0, 'WITHSCORES')
	if soonest[2] then
		local wait = math.max(0, number(soonest[2]) - now)
		next_due = (next_due < 0) and wait or math.min(next_due, wait)
	end
end
local next_start = -1
for _, of in ipairs(rates) do
	if of.used > 0 or of.cut then
		of.spent = math.ceil(of.spent + of.used * of.interval)
		redis.call('SET', of.key, text(of.spent), 'PX', text(math.ceil((of.spent - now) / 1000) + 60000))
	end
	if of.waits and of.used >= of.allowed then
		local wait = math.max(0, math.ceil(of.spent - of.tolerance - now))
		next_start = (next_start < 0) and wait or math.min(next_start, wait)
	end
end
local leases, news = {}, 0
for i = 1, n do
	leases[2 * i - 1], leases[2 * i] = ids[i], token
end
if n > 0 then
	news = store(key('lease', node), leases)
	redis.call('SADD', root .. ':leased', node)
end
if news < n then
	-- Somebody wrote entries of his own: one job may be among these twice, and must run once.
	local seen = {}
	for i = n, 1, -1 do
		if seen[ids[i]] then
			table.remove(ids, i)
			table.remove(records, i)
		else
			seen[ids[i]] = true
		end
	end
end
for _, id in ipairs(keyed) do
	if jobs[id] and jobs[id].till == 'S' then
		give_up_unique(id)
	end
end
load(misplaced)
local states = find_out(misplaced)
for _, id in ipairs(misplaced) do
	if states[id] == 'ENQUEUED' then
		to_ready(id)
	end
end
save()
-- More would have to go through Lua: they are asked for by whoever got these.
if #ids <= FEW then
	for _, given in ipairs(read('text', ids)) do
		records[#records + 1] = given
	end
end
table.insert(records, 1, table.concat(ids))
table.insert(records, 1, table.concat(paused, ' '))
table.insert(records, 1, text(next_start))
table.insert(records, 1, text(now))
table.insert(records, 1, text(next_due))
return records
