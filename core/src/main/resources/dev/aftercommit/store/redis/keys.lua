-- The keys of jobs that have any. Their terms: the limit, a colon and the concurrency key, if there is one; a space; F or S (until it has
-- ended, until it has started), a colon and the unique key, if there is one. The places of a concurrency key are ids, by when they were
-- given; its line are those that wait for one, as they are called where they wait. A unique key has an id in slot 0, and in slot 1 the
-- one that is next. Who waits for either is in blocked. What other scripts note and do at their end is done here at once: of a job with
-- keys, others of the same call want to know where it is.
--
-- All of it is made when the first such job is met: a script that meets none does not pay for it.
use_keys = function()
	local blocked, OLDEST, stuck = root .. ':blocked', 10, {}

	-- What has another type than it should is nobody's, and goes.
	local function ask_key(command, of, ...)
		local answer = redis.pcall(command, of, ...)
		if type(answer) == 'table' and answer.err then
			if find(answer.err, 'WRONGTYPE', 1, true) then
				redis.call('DEL', of)
			end
			answer = redis.call(command, of, ...)
		end
		return answer
	end

	-- Whether a job lives and has this key of this kind. Whoever deleted it is not to have the key for ever.
	local function has(id, kind, of)
		if id and jobs[id] == nil then
			load({ id })
		end
		return id and is(id, 'L') and jobs[id][kind] == of
	end

	local function go_on(id)
		local job = jobs[id]
		local queue, name = job.lane:match('^([^:]*):(.*)$')
		redis.call('ZADD', lane_key(job.lane), job.priority, entry(id))
		redis.call('SADD', root .. ':queues', queue)
		redis.call('SADD', key('names', queue), name)
	end

	-- Whether any of the oldest places was one of nobody's.
	local function drop_lost(held, of)
		local lost = {}
		for _, id in ipairs(ask_key('ZRANGE', held, 0, OLDEST - 1)) do
			if not has(id, 'line', of) then
				lost[#lost + 1] = id
			end
		end
		in_parts('ZREM', lost, held)
		return #lost > 0
	end

	-- Gives places that are free to those who are first in line.
	local function advance(of)
		local line, held = key('line', of), key('held', of)
		stuck[of] = nil
		while not stuck[of] do
			local first = ask_key('ZRANGE', line, 0, 0)[1]
			if not first then
				return
			end
			local id = id_of(first)
			if not has(id, 'line', of) or entry(id) ~= first then
				redis.call('ZREM', line, first)
				ask_key('ZREM', blocked, first)
			elseif ask_key('ZCARD', held) < jobs[id].limit then
				redis.call('ZREM', line, first)
				ask_key('ZREM', blocked, first)
				redis.call('ZADD', held, text(now), id)
				go_on(id)
			elseif not drop_lost(held, of) then
				stuck[of] = first
			end
		end
	end

	holder_of = function(unique)
		local holder = ask_key('HMGET', key('unique', unique), '0')[1]
		return has(holder, 'unique', unique) and holder
	end

	take_unique = function(id, slot)
		ask_key('HSET', key('unique', jobs[id].unique), slot, id)
	end

	-- Whether it is to wait until another one has given its unique key up.
	local function is_next(id)
		local unique = jobs[id].unique
		if not unique or ask_key('HMGET', key('unique', unique), '1')[1] ~= id then
			return false
		elseif holder_of(unique) then
			return true
		end
		redis.call('HSET', key('unique', unique), '0', id)
		redis.call('HDEL', key('unique', unique), '1')
		return false
	end

	admit = function(id)
		local job = jobs[id]
		local of, waiting = job.line, entry(id)
		if is_next(id) then
			ask_key('ZADD', blocked, 0, waiting)
		elseif not of or ask_key('ZSCORE', key('held', of), id) then
			go_on(id)
		else
			ask_key('ZADD', key('line', of), 0, waiting)
			ask_key('ZADD', blocked, 0, waiting)
			if not stuck[of] or waiting < stuck[of] then
				advance(of)
			end
		end
	end

	give_up_unique = function(id)
		local unique = jobs[id].unique
		if not unique then
			return
		end
		local of = key('unique', unique)
		local slots = ask_key('HMGET', of, '0', '1')
		if slots[2] == id then
			redis.call('HDEL', of, '1')
		elseif slots[1] == id then
			redis.call('DEL', of)
			if has(slots[2], 'unique', unique) then
				redis.call('HSET', of, '0', slots[2])
				if ask_key('ZREM', blocked, entry(slots[2])) == 1 then
					admit(slots[2])
				end
			end
		end
	end

	give_up = function(id)
		local of = jobs[id].line
		ask_key('ZREM', blocked, entry(id))
		if of then
			ask_key('ZREM', key('line', of), entry(id))
		end
		-- Its successor is in the line before anybody gets its place: it may be the first one there.
		give_up_unique(id)
		if of then
			ask_key('ZREM', key('held', of), id)
			advance(of)
		end
	end

	-- Cancels whoever has a unique key, and is next, and does not run. Tells who has it now, if anybody has.
	replace = function(unique, holder)
		local successor = ask_key('HMGET', key('unique', unique), '1')[1]
		for _, id in ipairs({ has(successor, 'unique', unique) and successor or '', holder or '' }) do
			local state = id ~= '' and find_out({ id })[id]
			if state == 'RUNNING' then
				return id
			elseif state then
				cancel_waiting(id, state)
			end
		end
	end
end
