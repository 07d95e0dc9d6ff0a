"""Good text files after slips of the pen."""

from __future__ import annotations

from hypothesis import strategies as st


@st.composite
def broken_text(draw: st.DrawFn, good: str, snippets: st.SearchStrategy[str]) -> bytes:
    """A good file after a few cuts, insertions, moved lines, and perhaps a wrong byte.

    Args:
        good: its text.
        snippets: what is put in.
    """
    text = good
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        length = draw(st.integers(0, 30))
        match draw(st.sampled_from(["cut", "insert", "replace", "line", "copy"])):
            case "cut":
                text = text[:start] + text[start + length :]
            case "insert":
                text = text[:start] + draw(snippets) + text[start:]
            case "replace":
                text = text[:start] + draw(snippets) + text[start + length :]
            case "copy":
                text = text[:start] + text[max(0, start - length) :]
            case _:
                lines = text.splitlines(keepends=True) or [""]
                number = draw(st.integers(0, len(lines) - 1))
                indent = draw(st.integers(0, 8))
                lines[number] = " " * indent + lines[number].lstrip(" ")
                text = "".join(lines)
    content = text.encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 20)) == 0:
        place = draw(st.integers(0, len(content)))
        content = content[:place] + bytes([draw(st.integers(128, 255))]) + content[place:]
    return content
