"""How fast certificates are drawn, beside ReportLab and WeasyPrint drawing the same page.

``python -m tests.benchmarks.rendering`` draws in turns, some by each, so that a busy machine is
busy for all of them alike, and tells seconds of one core: QR code and embedded credential
included. ``--memory`` draws that many in processes and tells the peak of memory on the way.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import islice
from multiprocessing import active_children
from pathlib import Path
from random import Random
from statistics import median
from string import ascii_letters, digits
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from moodle_cpd.certificates import CertificateContent, CertificateRenderer, Press, Stationery
from moodle_cpd.certificates.pdf import bound, drawn_with
from moodle_cpd.certificates.specimens import PLAIN
from moodle_cpd.certificates.template import PACKAGES
from moodle_cpd.credentials import KeyStore, Signer
from moodle_cpd.credentials.grounds import Grounds
from tests.benchmarks.rendering_page import page_of

_PART = 25
"""Drawn in turn by each: enough that what one keeps between two certificates counts."""
_FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑罗梁谢宋唐"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂文辉建华玲红梅鑫波斌宇浩凯健俊帆雪荣慧"
_DRAWINGS = PACKAGES / "local" / "moodle-cpd" / "1.0.0"


def certificates() -> Iterator[CertificateContent]:
    """Certificates that differ in number, id and name, without end.

    Nothing of one is soon met again: fonts that were cut for a name before need no cutting.
    """
    chance = Random(2026)
    number = 0
    while True:
        number += 1
        yield replace(
            PLAIN,
            serial=f"CPD-2026-{number:06}",
            verification_id="".join(chance.choices(ascii_letters + digits, k=22)),
            full_name=chance.choice(_FAMILY) + "".join(chance.sample(_GIVEN, k=2)),
        )


def compare(count: int, folder: Path) -> dict[str, dict[str, float]]:
    """Draw ``count`` certificates by each; milliseconds of one core for one certificate."""
    store = KeyStore(folder / "keys")
    store.create("示例州教育和体育局", None, date(2026, 3, 1))
    signer = Signer(store)
    sign = partial(_credential, signer)
    drawers: dict[str, Callable[[CertificateContent, str], bytes | str]] = {
        "moodle-cpd": _bound(CertificateRenderer()),
        "moodle-cpd, formal": _bound(CertificateRenderer(Stationery(template="landscape-zh"))),
        **_others(folder),
        "signature alone": lambda content, _: sign(content),
    }
    source = certificates()
    first = next(source)
    sizes = {name: float(len(draw(first, sign(first)))) for name, draw in drawers.items()}
    spent: dict[str, list[float]] = {name: [] for name in drawers}
    for _ in range(max(1, count // _PART)):
        signed = [(content, sign(content)) for content in islice(source, _PART)]
        for name, draw in drawers.items():
            for content, credential in signed:
                start = process_time()
                draw(content, credential)
                spent[name].append(process_time() - start)
    return {
        name: {
            "ms": 1000 * sum(times) / len(times),
            "median": 1000 * median(times),
            "per second": len(times) / sum(times),
            "bytes": sizes[name],
        }
        for name, times in spent.items()
    }


def _bound(renderer: CertificateRenderer) -> Callable[[CertificateContent, str], bytes]:
    return lambda content, credential: renderer.render(renderer.bound(content), credential)


def _others(folder: Path) -> dict[str, Callable[[CertificateContent, str], bytes]]:
    try:
        from tests.benchmarks import rendering_reportlab as fast
        from tests.benchmarks.rendering_weasyprint import WeasyPrint
    except ImportError as error:
        sys.stderr.write(f"left out ({error}): pip install 'moodle-cpd[benchmark]'\n")
        return {}
    import pylopdf_fonts_zh_cn

    source = Path(pylopdf_fonts_zh_cn.__file__).parent / "NotoSerifSC-Regular.otf"
    converted = folder / "serif.ttf"
    fast.convert_font(source, converted)
    frame, rosette = _DRAWINGS / "frame.svg", _DRAWINGS / "rosette.svg"
    reportlab = fast.ReportLab(converted, frame, rosette)
    weasyprint = WeasyPrint(source, frame, rosette)
    return {
        "reportlab": lambda content, credential: reportlab.draw(page_of(content, credential)),
        "weasyprint": lambda content, credential: weasyprint.draw(page_of(content, credential)),
    }


def _credential(signer: Signer, content: CertificateContent) -> str:
    grounds = Grounds("ab" * 32, "cd" * 32, ("- 全年 / all year: 72 学时 / hours [第三条]",))
    return signer.sign(content, grounds)


def memory(count: int, processes: int) -> Iterator[tuple[int, float, float]]:
    """Draw in processes; at each tenth the number drawn, wall seconds, and the peak in MB."""
    source = certificates()
    start = perf_counter()
    with Press([Stationery()], processes=processes) as press:
        parts = drawn_with(Stationery())
        wanted = ((bound(next(source), Stationery(), parts), "x" * 2600) for _ in range(count))
        for number, drawn in enumerate(press.render_all(wanted), start=1):
            if not isinstance(drawn, bytes):
                raise drawn
            if number % max(1, count // 10) == 0:
                yield number, perf_counter() - start, _peak()


def _peak() -> float:
    """The peak of this process and those that draw, in MB; Linux tells it."""
    pids = ["self", *(str(child.pid) for child in active_children())]
    total = 0
    for pid in pids:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        total += int(status.split("VmHWM:")[1].split()[0])
    return total / 1024


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="Certificates for each.")
    parser.add_argument("--memory", type=int, default=0, help="Certificates in processes.")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", action="store_true", help="For a program.")
    options = parser.parse_args()
    os.environ["RAYON_NUM_THREADS"] = "1"  # As in the processes that draw: one core each.
    if options.memory:
        for number, seconds, peak in memory(options.memory, options.processes):
            sys.stdout.write(f"{number:6} {number / seconds:7.1f} a second {peak:7.0f} MB\n")
            sys.stdout.flush()
        return
    with TemporaryDirectory() as folder:
        found = compare(options.count, Path(folder))
    if options.json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
        return
    for name, figures in found.items():
        sys.stdout.write(
            f"{name:20} {figures['ms']:7.2f} ms (median {figures['median']:6.2f}) "
            f"{figures['per second']:7.1f} a second {figures['bytes']:8.0f} bytes\n"
        )


if __name__ == "__main__":
    main()
