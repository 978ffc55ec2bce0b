-- Tells up to when the starts of rate ARGV[2] are spent, and now.
return { text(number(redis.call('GET', key('rate', ARGV[2])))), text(now) }
