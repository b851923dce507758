"""Keeps one LibreOffice running and converts one DOCX per line of input to PDF.

Started by `converter.py` with the system's Python, the one that has the `uno` module; stands alone for that reason.
Arguments: the soffice command, the folder for its profile. A request is
`{"source": path, "target": path, "archival": bool}`; the answer `{"state": "done"}` or
`{"state": "refused"}` where LibreOffice cannot read the source as DOCX. Everything else ends the process.
"""

# mypy: ignore-errors
# (the uno module exists in the system's Python only)

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

START_SECONDS = 60
INPUT_FILTER = "MS Word 2007 XML"  # forced: left to itself LibreOffice reads random bytes as text and succeeds


def properties(**values):
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())


def start(soffice, profile):
    pipe = f"zhiping-{os.getpid()}"
    # The launcher script, never soffice.bin: on a fresh profile the latter exits at once.
    process = subprocess.Popen(
        [
            soffice,
            "--headless",
            "--nologo",
            "--norestore",
            "--nodefault",
            "--nolockcheck",
            f"-env:UserInstallation={profile.as_uri()}",
            f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.05)
            continue
        return process, context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    process.kill()
    sys.exit("LibreOffice did not start")


def convert(desktop, source, target, archival):
    document = desktop.loadComponentFromURL(
        Path(source).as_uri(),
        "_blank",
        0,
        properties(
            Hidden=True,
            ReadOnly=True,
            FilterName=INPUT_FILTER,
            MacroExecutionMode=0,
            UpdateDocMode=0,
        ),
    )
    if document is None:
        return "refused"
    try:
        options = properties(SelectPdfVersion=2 if archival else 0, UseTaggedPDF=archival)
        filter_data = uno.Any("[]com.sun.star.beans.PropertyValue", options)
        document.storeToURL(
            Path(target).as_uri(),
            properties(FilterName="writer_pdf_Export", FilterData=filter_data),
        )
    finally:
        document.close(True)
    return "done"


def end_with(parent):
    """End LibreOffice and this process when whoever started it is gone, even in the middle of a conversion."""
    while os.getppid() == parent:
        time.sleep(1)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def main():
    soffice, profile = sys.argv[1], Path(sys.argv[2])
    threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    process, desktop = start(soffice, profile)
    try:
        for line in sys.stdin:
            request = json.loads(line)
            try:
                state = convert(desktop, request["source"], request["target"], request["archival"])
            except Exception as error:
                # UNO raises its own types for a source that is no DOCX; a dead LibreOffice raises DisposedException.
                if process.poll() is not None or "DisposedException" in type(error).__name__:
                    raise
                state = "refused"
            sys.stdout.write(json.dumps({"state": state}) + "\n")
            sys.stdout.flush()
    finally:
        # The launcher's children too: this process leads a group of its own.
        os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    main()
