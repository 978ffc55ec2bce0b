-- Says which jobs have the tag ARGV[2]: ids from ARGV[3] to ARGV[4], which are bounds of ZRANGE, at most ARGV[5], as one text; from the
-- last one to the first one if ARGV[6] is 1.
local found
if ARGV[6] == '1' then
	found = redis.call('ZRANGE', key('tag', ARGV[2]), ARGV[4], ARGV[3], 'BYLEX', 'REV', 'LIMIT', 0, ARGV[5])
else
	found = redis.call('ZRANGE', key('tag', ARGV[2]), ARGV[3], ARGV[4], 'BYLEX', 'LIMIT', 0, ARGV[5])
end
return { table.concat(found) }
