"""Why a certificate can't be set: in words that name the teacher's id and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import typst

from moodle_cpd.certificates.content import CertificateContent
from moodle_cpd.certificates.template import Template
from moodle_cpd.certificates.wording import has_no_shape, shows_something
from moodle_cpd.problems import Problem

# Typst has no structured form of these: its message is the only place that tells. The texts
# are quoted as Rust prints them; the second comes from our own template.
_MISSING = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_TOO_LONG = re.compile(r"does not fit: ([a-z-]+)")
_LINE = re.compile(r"┌─ (.+):(\d+):(\d+)$", re.MULTILINE)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}

_FORM = "A template is a function of what one certificate says: #let certificate(data) = […]"

_DRAWN_WITH = {
    "template": "the template's files",
    "seal": "the seal's image",
    "signature": "the signature's image",
    "fonts": "the folder of further fonts",
}

_FIELDS = {
    "name": "the teacher's full name",
    "title-zh": "the award's title in Chinese",
    "title-en": "the award's title in English",
    "authority-zh": "the authority's name",
    "authority-en": "the authority's name in English",
    "scheme-zh": "the scheme's title in Chinese",
    "scheme-en": "the scheme's title in English",
    "period": "the period's label",
    "serial": "the serial number",
    "period-en": "the period's label in English",
    "signatory": "who signs",
    "replaces": "the number of the certificate that it replaces",
    "transcript": "the transcript of hours",
}


def missing_glyphs(error: typst.TypstError) -> tuple[str, ...]:
    """What no font can show, in code point order; empty: it failed for another reason.

    Each is one character, or a character together with the marks that are set on it.
    """
    return tuple(sorted({_unescape(found) for found in _MISSING.findall(error.diagnostic)}))


def content_problems(content: CertificateContent, inputs: Mapping[str, str]) -> list[Problem]:
    """What no font can mend: no name at all, or characters that have no agreed shape."""
    problems = []
    if not shows_something(inputs["name"]):
        problems.append(
            Problem(
                place_of(content),
                "the teacher's full name is empty",
                "",
                "Enter the name in the teacher's Moodle profile",
            )
        )
    shapeless = {
        character for field in _FIELDS for character in inputs[field] if has_no_shape(character)
    }
    hint = "Enter it with the character that Unicode has for it"
    return problems + _character_problems(
        content, inputs, sorted(shapeless), "has a character without an agreed shape", hint
    )


def missing_problems(
    content: CertificateContent, inputs: Mapping[str, str], characters: Iterable[str]
) -> list[Problem]:
    """One problem for each character, or character with marks, that no font can show."""
    hint = (
        "Put a font that has it into the folder that 'fonts' under [certificates] names (HanaMin "
        "of Debian's fonts-hanazono has most Chinese characters), or enter another form of it"
    )
    return _character_problems(
        content, inputs, characters, "has a character that no font can show", hint
    )


def changed_problem(content: CertificateContent, now: Mapping[str, str]) -> Problem:
    """What a certificate was drawn with is not there any more, so its bytes can't be made."""
    was = content.drawn_with
    changed = [name for name in sorted({*was, *now}) if was.get(name) != now.get(name)]
    then = was.get("setter", "not noted")
    words = [
        f"the program's fonts and setter (then {then}; now {now.get(name, '')})"
        if name == "setter"
        else _DRAWN_WITH.get(name, name)
        for name in changed
    ]
    return Problem(
        f"certificate {content.serial}",
        f"{' and '.join(words)} changed since it was issued with template '{content.template}'; "
        "drawn again it would be another file",
        "",
        "Put the files back as they were then; give a changed template a name of its own",
    )


def setting_problem(content: CertificateContent, error: typst.TypstError) -> Problem:
    """Any other failure of one certificate; Typst's own words may quote personal details."""
    too_long = _TOO_LONG.search(error.message)
    if too_long is None:
        return Problem(
            place_of(content),
            "the template cannot be set with this content",
            "",
            "Try the template with other contents; it may count on a value that is empty here",
        )
    return Problem(
        place_of(content),
        f"{_FIELDS.get(too_long[1], too_long[1])} is too long for its place, even in small print",
        "",
        "Shorten it, or use a template with more room",
    )


def template_problem(template: Template, error: typst.TypstError) -> Problem:
    """A template that can't be set even with plain content."""
    place = template_place(template, error)
    return Problem(
        place,
        f"the certificate's template cannot be set: {error.message}",
        "",
        "; ".join(error.hints) or (_FORM if place == str(template.main) else ""),
    )


def template_place(template: Template, error: typst.TypstError) -> str:
    """The first line of the template's own files that Typst names, or its main file."""
    folder = template.folder.resolve()
    for name, line, column in _LINE.findall(error.diagnostic):
        path = Path(name).resolve()
        # The file that is set lies in memory alone.
        if path.is_relative_to(folder) and path.is_file():
            return f"{template.folder / path.relative_to(folder)}:{line}:{column}"
    return str(template.main)


def _character_problems(
    content: CertificateContent,
    inputs: Mapping[str, str],
    characters: Iterable[str],
    what: str,
    hint: str,
) -> list[Problem]:
    problems = []
    for character in characters:
        fields = [words for field, words in _FIELDS.items() if character in inputs[field]]
        problems.append(
            Problem(
                place_of(content),
                f"{' and '.join(fields) or 'the template'} {what}: {_named(character)}",
                "",
                hint,
            )
        )
    return problems


def broken_problem(content: CertificateContent) -> Problem:
    """Processes ended over it, each time: Typst broke down so that it took its process along."""
    return Problem(
        place_of(content),
        "every process that was to draw it ended over it",
        "",
        "Look for unusual characters in the name and in the template's texts, or use another "
        "template; where memory is short, give it more. Everything else is drawn all the same",
    )


def place_of(content: CertificateContent) -> str:
    """A certificate, for messages."""
    return f"certificate {content.serial} of teacher {content.teacher}"


def _named(character: str) -> str:
    codes = " ".join(f"U+{ord(part):04X}" for part in character)
    return f"{character} ({codes})" if character.isprintable() else codes


def _unescape(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        return chr(int(match[1], 16)) if match[1] else _ESCAPED.get(match[2], match[2])

    return _ESCAPE.sub(character, text)
