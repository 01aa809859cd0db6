"""Reads layers.txt."""

import collections
import re


class TableError(Exception):
    """A line of the table that says nothing known."""


Door = collections.namedtuple("Door", "name prefixes folders")
Ban = collections.namedtuple("Ban", "pattern folders why")


class Table:
    """Rooms, doors, bans and limits. `allowed[room]` holds rooms and single headers."""

    def __init__(self, text):
        self.layers = {}
        self.allowed = collections.defaultdict(set)
        self.denied = collections.defaultdict(set)
        self.free, self.top, self.doors, self.apart, self.bans = [], [], [], [], []
        self.limits = {}
        uses = []
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip() and not line.startswith("#"):
                self._read_line(line.strip(), uses, f"layers.txt:{number}: {line}")
        for rooms, what in uses:
            for room in rooms:
                self.allowed[room].update(self._expand(what))

    def _read_line(self, line, uses, where):
        word, _, rest = line.partition(" ")
        left, _, right = (part.strip() for part in rest.partition(" ="))
        items = right.split()
        if word == "layer":
            self._add_layer(left.split(), items)
        elif word == "uses":
            uses.append((self.layers[left], items))
        elif word == "deny":
            for room in left.split():
                self.denied[room].update(items)
        elif word == "free":
            self.free += rest.split()
        elif word == "door":
            name, *prefixes = left.split()
            self.doors.append(Door(name, prefixes, items))
        elif word == "apart":
            one, other = rest.split("|")
            self.apart.append((one.split(), other.split()))
        elif word == "ban":
            folders, _, why = right.partition("|")
            self.bans.append(Ban(re.compile(left), folders.split(), why.strip()))
        elif word == "top":
            self.top += rest.split()
        elif word == "limit":
            self.limits[left] = int(right)
        else:
            raise TableError(where)

    def _add_layer(self, name, rooms):
        self.layers[name[0]] = rooms
        for index, room in enumerate(rooms):
            self.allowed[room].add(room)
            if name[1:] == ["ordered"]:
                self.allowed[room].update(rooms[:index])

    def _expand(self, items):
        for item in items:
            yield from self.layers[item[1:]] if item.startswith("@") else [item]

    def room_of(self, path):
        """The room that holds `path`: the longest that is a folder above it; None outside of all."""
        parts = path.split("/")[:-1]
        for length in range(len(parts), 0, -1):
            folder = "/".join(parts[:length])
            if folder in self.allowed or folder in self.free:
                return folder
        return None

    def doors_of(self, header):
        """Every door that `header` belongs to; a prefix with * is a pattern of a whole name."""
        return [door for door in self.doors if any(_matches(prefix, header) for prefix in door.prefixes)]


def _matches(prefix, header):
    if "*" in prefix:
        return re.fullmatch(re.escape(prefix).replace(r"\*", ".*"), header) is not None
    return header.startswith(prefix) if prefix.endswith("/") else header == prefix


def inside(path, folders):
    """Whether `path` lies in one of `folders`; * is everywhere."""
    return any(folder == "*" or path.startswith(folder + "/") for folder in folders)
