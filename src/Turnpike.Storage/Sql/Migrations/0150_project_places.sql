-- Where a project stands in lists: its name, " //" and its id. No id has two slashes, so that no other name and id make the same place, as they did with a blank between them.
UPDATE projects SET place = substr(place, 1, length(place) - length(id) - 1) || ' //' || id;
