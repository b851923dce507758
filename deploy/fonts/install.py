"""Puts the faces of Chinese official documents (仿宋, 楷体, 宋体, 黑体, 小标宋) where LibreOffice finds them.

宋体, 黑体 and 小标宋 come from Debian's fonts-noto-cjk. The only free 仿宋 worth using, Fandol, is packaged inside
texlive-lang-chinese (49 MB): its two faces are taken out of that package without installing it, which needs no root.
So are the two of fonts-hanazono (22 MB), which draws the rare characters of names (CJK extensions B to F) that none of
the others has; a system that does not offer it goes without, and documents refuses certificates that need one of them.
The result is used with `FONTCONFIG_FILE=<target>/fonts.conf`. Run as `python -m deploy.fonts.install TARGET`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from fontTools.ttLib import TTFont

PACKAGE = "texlive-lang-chinese"
RARE_PACKAGE = "fonts-hanazono"
RARE_FOLDER = "./usr/share/fonts/truetype/hanazono/"
RARE_FILES = ("HanaMinA.ttf", "HanaMinB.ttf")
RARE_LICENCE = "./usr/share/doc/fonts-hanazono/copyright"
FONT_FOLDER = "./usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/"
LICENCE_FOLDER = "./usr/share/doc/texlive-doc/fonts/fandol/"
SYSTEM_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")

# Raised when the patch or the aliases change, so that an existing target is made anew.
EDITION = "3"

# Per em. As shipped, Fandol adds a gap of 0.2 em above each line: text sits low and touches the lower border of a cell.
ASCENT, DESCENT = 0.98, 0.22


class Face(NamedTuple):
    """A face taken from the package, and the name under which it is installed."""

    source: str
    family: str
    file: str


FACES = (
    Face("FandolFang-Regular.otf", "Zhiping FangSong", "ZhipingFangSong.otf"),
    Face("FandolKai-Regular.otf", "Zhiping KaiTi", "ZhipingKaiTi.otf"),
)

SONG = "Noto Serif CJK SC"
LAST = (SONG, "HanaMinA", "HanaMinB")
# Fandol draws GB 2312 only: rarer characters come from the next family of the chain, at last from Noto Serif.
ALIASES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("仿宋", "仿宋_GB2312", "FangSong", "FangSong_GB2312", "方正仿宋_GBK"): (
        "Zhiping FangSong",
        SONG,
    ),
    ("楷体", "楷体_GB2312", "KaiTi", "KaiTi_GB2312", "方正楷体_GBK"): (
        "Zhiping KaiTi",
        "AR PL UKai CN",
        SONG,
    ),
    ("黑体", "SimHei", "方正黑体_GBK", "微软雅黑", "Microsoft YaHei"): (
        "Noto Sans CJK SC",
        SONG,
    ),
    ("宋体", "SimSun", "NSimSun", "新宋体", "方正书宋_GBK", "serif"): (SONG,),
    ("方正小标宋简体", "方正小标宋_GBK", "小标宋", "FZXiaoBiaoSong-B05S"): (SONG,),
    ("Times New Roman", "Times"): ("Liberation Serif", SONG),
    ("Arial", "Helvetica", "sans-serif"): ("Liberation Sans", "Noto Sans CJK SC", SONG),
    ("Courier New", "monospace"): ("Liberation Mono", SONG),
}
# 小标宋 is a display cut: the bold of the substitute is nearest to it, whatever weight the template asks for.
BOLD_FAMILIES = ("方正小标宋简体", "方正小标宋_GBK", "小标宋", "FZXiaoBiaoSong-B05S")


class FontsUnavailable(Exception):
    """The fonts could not be fetched; the text says what to do."""


def install(target: Path) -> None:
    """Make `target` hold the fonts, their licence and `fonts.conf`. Does nothing when it is up to date.

    Raises FontsUnavailable when the package can neither be found nor fetched.
    """
    stamp = target / "edition"
    if stamp.is_file() and stamp.read_text() == EDITION:
        return
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="zhiping-fonts-") as scratch:
        folder = Path(scratch)
        licence = [LICENCE_FOLDER + "COPYING.gz", LICENCE_FOLDER + "README"]
        _unpack(_download(folder, PACKAGE), folder, [FONT_FOLDER + face.source for face in FACES] + licence)
        for face in FACES:
            _patch(folder / FONT_FOLDER / face.source, target / face.file, face.family)
        for name in ("COPYING.gz", "README"):
            (target / f"fandol-{name}").write_bytes((folder / LICENCE_FOLDER / name).read_bytes())
        _add_rare_characters(folder, target)
    (target / "fonts.conf").write_text(configuration(target), encoding="utf-8")
    stamp.write_text(EDITION)


def _add_rare_characters(folder: Path, target: Path) -> None:
    try:
        package = _download(folder, RARE_PACKAGE)
    except FontsUnavailable as error:
        print(f"without the rarest characters of names: {error}", file=sys.stderr)
        return
    _unpack(package, folder, [RARE_FOLDER + name for name in RARE_FILES] + [RARE_LICENCE])
    for name in RARE_FILES:
        shutil.copyfile(folder / RARE_FOLDER / name, target / name)
    shutil.copyfile(folder / RARE_LICENCE, target / "hanazono-copyright")


def configuration(target: Path) -> str:
    """The fontconfig file: where the fonts are, and which of them stands for each name used in official templates.

    It stands alone: the system's own rules differ per machine and prefer whatever CJK font was installed last.
    """
    lines = [
        '<?xml version="1.0"?>',
        '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">',
        "<fontconfig>",
    ]
    lines += [f"  <dir>{escape(str(folder))}</dir>" for folder in (target.resolve(), *SYSTEM_FOLDERS)]
    lines.append(f"  <cachedir>{escape(str(target.resolve() / 'cache'))}</cachedir>")
    # In a container the fonts lie where nobody may write.
    lines.append('  <cachedir prefix="xdg">fontconfig</cachedir>')
    for family in BOLD_FAMILIES:
        lines += [
            '  <match target="pattern">',
            f'    <test name="family" qual="any"><string>{family}</string></test>',
            '    <edit name="weight" mode="assign"><const>bold</const></edit>',
            "  </match>",
        ]
    for names, chain in ALIASES.items():
        for name in names:
            prefer = "".join(f"<family>{family}</family>" for family in chain)
            lines.append(f'  <alias binding="same"><family>{name}</family><prefer>{prefer}</prefer></alias>')
    lines.append('  <match target="pattern">')
    lines += [f'    <edit name="family" mode="append_last"><string>{family}</string></edit>' for family in LAST]
    lines += [
        "  </match>",
        "</fontconfig>",
        "",
    ]
    return "\n".join(lines)


def _download(folder: Path, package: str) -> Path:
    """Fetch a package's file from the system's package sources."""
    try:
        # -o: as root apt would drop to a user who may not write here, and warn about it.
        done = subprocess.run(
            ["apt-get", "-o", "APT::Sandbox::User=root", "download", package],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    except FileNotFoundError as error:
        raise FontsUnavailable("apt-get is missing: fonts are taken from Debian's or Ubuntu's packages") from error
    except subprocess.TimeoutExpired as error:
        raise FontsUnavailable(f"{package} did not arrive within ten minutes: try again") from error
    found = sorted(folder.glob(f"{package}_*.deb"))
    if done.returncode != 0 or not found:
        raise FontsUnavailable(
            f"{package} could not be fetched; run `apt-get update` and try again\n{done.stderr.strip()}"
        )
    return found[0]


def _unpack(package: Path, folder: Path, members: list[str]) -> None:
    """Take files out of a package."""
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE) as archive:
        done = subprocess.run(
            ["tar", "x", "-C", str(folder), *members],
            stdin=archive.stdout,
            check=False,
            capture_output=True,
        )
    if done.returncode != 0:
        raise FontsUnavailable(f"{package.name} does not hold the expected fonts: {done.stderr.decode().strip()}")


def _patch(source: Path, target: Path, family: str) -> None:
    """Write the face under its new name with the line metrics of a face made for official documents."""
    with TTFont(source, recalcBBoxes=False) as font:
        em = font["head"].unitsPerEm
        ascent, descent = round(ASCENT * em), round(DESCENT * em)
        head, metrics = font["hhea"], font["OS/2"]
        head.ascent, head.descent, head.lineGap = ascent, -descent, 0
        metrics.sTypoAscender, metrics.sTypoDescender, metrics.sTypoLineGap = (
            ascent,
            -descent,
            0,
        )
        metrics.usWinAscent, metrics.usWinDescent = ascent, descent
        postscript = family.replace(" ", "") + "-Regular"
        names = font["name"]
        for number in (16, 17, 18):
            names.removeNames(nameID=number)
        for number, text in {
            1: family,
            3: f"{EDITION};{postscript}",
            4: family,
            6: postscript,
        }.items():
            names.removeNames(nameID=number)
            names.setName(text, number, 3, 1, 0x409)
        outlines = font["CFF "].cff
        outlines.fontNames = [postscript]
        outlines.topDictIndex[0].FamilyName = outlines.topDictIndex[0].FullName = family
        font.save(target)


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: python -m deploy.fonts.install TARGET")
    try:
        install(Path(sys.argv[1]))
    except FontsUnavailable as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
