"""Loads a model of the user's own from a Python file."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from pathlib import Path

from checker.lang import Model
from checker.lang.errors import EoscheckError


def load_model(file: str) -> Model:
    """Return the MODEL of a Python file; raise EoscheckError with file and line."""
    path = Path(file)
    _check_readable(path, file)
    name = f"_eoscheck_model_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise EoscheckError("this is not a Python file", file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise EoscheckError(f"not valid Python: {error.msg}", file, error.lineno) from None
    except EoscheckError as error:
        raise error if error.file else EoscheckError(error.message, file) from None
    except (Exception, SystemExit) as error:
        line = _line_in(file, error)
        text = " ".join(str(error).split())
        raise EoscheckError(f"{type(error).__name__}: {text}", file, line) from None
    finally:
        sys.path.remove(str(path.parent))
    model = getattr(module, "MODEL", None)
    if not isinstance(model, Model):
        raise EoscheckError("the file defines no MODEL = Model(...)", file)
    return model


def _check_readable(path: Path, file: str) -> None:
    try:
        path.read_bytes()
    except IsADirectoryError:
        raise EoscheckError("this is a folder, not a file", file) from None
    except FileNotFoundError:
        raise EoscheckError("there is no such file", file) from None
    except OSError as error:
        raise EoscheckError(f"the file cannot be read: {error.strerror}", file) from None


def _line_in(file: str, error: BaseException) -> int | None:
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f.lineno for f in frames if Path(f.filename).resolve() == Path(file).resolve()]
    return lines[-1] if lines else None
