-- Tells which queues are paused.
return members(root .. ':paused')
