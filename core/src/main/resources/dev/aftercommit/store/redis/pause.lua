-- Pauses (ARGV[2] is pause) or resumes (resume) queue ARGV[3]. Tells whether that has changed anything.
although_full()
return { redis.call(ARGV[2] == 'pause' and 'SADD' or 'SREM', root .. ':paused', ARGV[3]) }
