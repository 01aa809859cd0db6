"""The rules. Each takes a Tree and yields problems as "path:line: what"."""

import source
from table import inside

CPP = (".h", ".cc")
SIZED = CPP + (".py", ".sh", ".proto", ".cmake")


class Tree:
    """Paths and texts of a source tree, read once."""

    def __init__(self, table, texts):
        self.table = table
        self.texts = texts  # Path from the root -> text.
        self.includes = {p: list(source.includes(t)) for p, t in texts.items() if p.endswith(CPP)}

    def cpp(self):
        return sorted(self.includes)

    def resolve(self, path, include):
        """The file of ours that an include names; None for a header from outside."""
        return include.header if include.header in self.texts else None


def _checked(tree):
    """C++ files that are subject to layers and doors."""
    return [p for p in tree.cpp() if not inside(p, tree.table.free)]


def rooms(tree):
    """Every folder with C++ is a room of the table, and every top-level folder is known."""
    for path in tree.cpp():
        if tree.table.room_of(path) is None:
            yield f"{path}:1: {path.rpartition('/')[0] or 'the top folder'} is no room of layers.txt"
    for folder in sorted({p.split("/")[0] for p in tree.texts if "/" in p}):
        if folder not in tree.table.top:
            yield f"{folder}/:1: unknown top-level folder"


def layers(tree):
    """Includes of our own headers follow the allowed edges."""
    for path in _checked(tree):
        room = tree.table.room_of(path)
        for include in tree.includes[path]:
            target = tree.resolve(path, include)
            if target is None or room is None:
                continue
            other = tree.table.room_of(target)
            allowed = tree.table.allowed[room]
            if target in tree.table.denied[room] or not (other in allowed or target in allowed):
                yield f"{path}:{include.line}: {room} may not include {target}"


def doors(tree):
    """Headers from outside come in by their door, and each has one."""
    for path in _checked(tree):
        for include in tree.includes[path]:
            header = include.header
            if tree.resolve(path, include) or _is_standard(header):
                continue
            if header.split("/")[0] in tree.table.top:
                yield f"{path}:{include.line}: {header} is not in the tree"
                continue
            found = tree.table.doors_of(header)
            if not found:
                yield f"{path}:{include.line}: {header} has no door in layers.txt"
            for door in found:
                if not inside(path, door.folders):
                    yield f"{path}:{include.line}: {header} has its door in {' '.join(door.folders)}"


def _is_standard(header):
    return "/" not in header and "." not in header


def apart(tree):
    """No translation unit sees both sides of an `apart` line, not even through our headers."""
    for path in tree.cpp():
        if not path.endswith(".cc"):
            continue
        seen = _doors_seen(tree, path)
        for one, other in tree.table.apart:
            for a in one:
                for b in other:
                    if a in seen and b in seen:
                        yield f"{path}:{seen[b][0]}: includes both {a} ({seen[a][1]}) and {b} ({seen[b][1]})"


def _doors_seen(tree, path):
    """Door name -> (line of the include in `path` that leads there, where the foreign header is included)."""
    seen, visited = {}, {path}
    pending = [(path, None)]
    while pending:
        file, line = pending.pop()
        for include in tree.includes.get(file, ()):
            first = line or include.line
            target = tree.resolve(file, include)
            if target is None:
                for door in tree.table.doors_of(include.header):
                    seen.setdefault(door.name, (first, f"{include.header} in {file}"))
            elif target not in visited:
                visited.add(target)
                pending.append((target, first))
    return seen


def bans(tree):
    """Text that is forbidden outside of its folders."""
    for path in tree.cpp():
        code = None
        for ban in tree.table.bans:
            if inside(path, ban.folders):
                continue
            # TODO stands in comments; everything else is looked for in code.
            text = tree.texts[path] if "TODO" in ban.pattern.pattern else code
            if text is None:
                text = code = source.without_comments(tree.texts[path])
            for match in ban.pattern.finditer(text):
                yield f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]}: {ban.why}"


def functions_of(path, text):
    return source.python_functions(text) if path.endswith(".py") else source.cpp_functions(text)


def sizes(tree):
    """Files and functions stay below the limits."""
    file_limit, function_limit = tree.table.limits["file_lines"], tree.table.limits["function_lines"]
    for path in sorted(p for p in tree.texts if p.endswith(SIZED)):
        lines = tree.texts[path].count("\n")
        if lines > file_limit:
            yield f"{path}:{file_limit + 1}: {lines} lines, the limit is {file_limit}"
        if not path.endswith(CPP + (".py",)):
            continue
        for function in functions_of(path, tree.texts[path]):
            if function.lines > function_limit:
                yield f"{path}:{function.line}: {function.name} has {function.lines} lines, the limit is {function_limit}"


ALL = (rooms, layers, doors, apart, bans, sizes)
