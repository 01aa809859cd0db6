"""Reads C++ and Python sources: includes, code without comments, functions and their lengths."""

import ast
import collections
import re

Include = collections.namedtuple("Include", "line header quoted")
Function = collections.namedtuple("Function", "line lines name")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)', re.M)
# Comments, raw strings, strings and characters; a digit separator (1'000) is no character.
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|R"([^ ()\\]{0,16})\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'', re.S)
SCOPE = re.compile(r"^(?:inline\s+)?namespace\b|^extern\s*\"?|\b(?:class|struct|union)\s+[^()=;]*$")
CONTROL = re.compile(r"^(?:if|for|while|switch|do|else|try|catch|return)\b")


def includes(text):
    """Every #include with its line."""
    for match in INCLUDE.finditer(text):
        yield Include(text.count("\n", 0, match.start()) + 1, match[1] or match[2], match[1] is not None)


def _blank(match):
    return re.sub(r"[^\n]", " ", match[0])


def without_comments(text):
    """The code with comments blanked, strings kept; lines stay where they are."""
    return TOKEN.sub(lambda m: _blank(m) if m[0].startswith(("//", "/*")) else m[0], text)


def comment_lines(text):
    """Lines that hold a comment, alone or behind code."""
    pairs = zip(text.splitlines(), without_comments(text).splitlines())
    return sum(1 for line, code in pairs if line.rstrip() != code.rstrip())


def _skeleton(text):
    """The code with comments, strings and preprocessor lines blanked."""
    code = TOKEN.sub(_blank, text)
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", _blank, code, flags=re.M)


def cpp_functions(text):
    """Functions of a C++ source, estimated by matching braces: a brace behind a parameter list opens one."""
    code = _skeleton(text)
    found, stack, start = [], [], 0
    for match in re.finditer(r"[{};]", code):
        at = match.start()
        if match[0] == "{":
            stack.append(_kind(code[start:at], stack) + (_first_line(code, start, at),))
        elif match[0] == "}" and stack:
            kind, name, line = stack.pop()
            if kind == "function":
                found.append(Function(line, code.count("\n", 0, at) + 2 - line, name))
        start = at + 1
    return found


def _first_line(code, start, at):
    """Line of the first character of a header, labels such as `public:` aside."""
    head = code[start:at]
    skipped = re.match(r"\s*(?:(?:public|private|protected)\s*:\s*)*", head).end()
    return code.count("\n", 0, start + skipped) + 1


def _kind(header, stack):
    """What a brace opens: a scope that holds functions, a function, or something inside either."""
    head = re.sub(r"^\s*(?:(?:public|private|protected)\s*:\s*)*", "", header).strip()
    head = re.sub(r"^template\s*<.*?>\s*(?=\w)", "", head, flags=re.S)
    if stack and stack[-1][0] != "scope":
        return ("inside", "")
    if SCOPE.search(head) and "(" not in head.split(":")[0]:
        return ("scope", "")
    if "(" in head and not head.endswith("=") and not CONTROL.match(head):
        return ("function", re.sub(r"\s+", " ", head[: head.index("(")]).split(" ")[-1])
    return ("inside", "")


def python_functions(text):
    """Functions of a Python source."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield Function(node.lineno, node.end_lineno - node.lineno + 1, node.name)
