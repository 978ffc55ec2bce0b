-- Which jobs of node ARGV[2] somebody asked to cancel: id and token, one after the other.
return redis.call('HGETALL', key('cancel', ARGV[2]))
