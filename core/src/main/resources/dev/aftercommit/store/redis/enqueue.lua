-- Takes the jobs of ARGV[2] on.
take(2)
return {}
