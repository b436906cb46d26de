META
key;value
description;Five ballots on three repairs
country;Nowhere
unit;Port Alder
instance;2026
num_projects;3
num_votes;5
budget;1000
vote_type;approval
rule;greedy
PROJECTS
project_id;cost;votes;name
1;600;4;Ramp
2;400;3;Lights
3;500;2;Benches
VOTES
voter_id;vote
1;1,2
2;1,2
3;1
4;1,3
5;2,3
