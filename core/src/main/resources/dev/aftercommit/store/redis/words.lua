-- What the bodies of job ARGV[2] have said, attempt by attempt, as it was noted.
return redis.call('HVALS', key('words', ARGV[2]))
