-- What operators want of node ARGV[2]: whether it is to be quiet (1), then of its jobs that are to be cancelled id and token, one after
-- the other.
local orders = redis.call('HGETALL', key('cancel', ARGV[2]))
table.insert(orders, 1, redis.call('HMGET', key('node', ARGV[2]), 'quiet')[1] or '0')
return orders
