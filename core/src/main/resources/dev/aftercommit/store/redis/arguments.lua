-- The lane, and the headers and arguments, of job ARGV[2], if it is known and they are still kept.
load({ ARGV[2] })
local job, given = jobs[ARGV[2]], read('text', { ARGV[2] })[1]
return job and given and { job.lane, given } or {}
