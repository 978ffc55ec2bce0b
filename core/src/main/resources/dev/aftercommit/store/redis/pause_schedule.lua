-- Pauses (ARGV[2] is p) or resumes (-) schedule ARGV[3]; a resumed one is decided up to now. Tells whether that has changed anything.
although_full()
local name, wanted = ARGV[3], ARGV[2]
local last, seen, definition, paused, fired = schedule(name)
if not last or paused == wanted then
	return { '0' }
end
if wanted == '-' and number(last) < now then
	last = text(now)
end
write(name, last, definition, wanted, fired, seen)
return { '1' }
