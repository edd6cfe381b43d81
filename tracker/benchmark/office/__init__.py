"""Files for office programs, made from what pages show: no macros, no links to the outside but those that are read."""
