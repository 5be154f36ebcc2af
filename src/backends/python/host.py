"""Runs one kernel of a Python library for a Node process: commands in on stdin, answers out on stdout.

A command is a line of JSON; the bytes of the arrays that it announces follow it. So it is with answers:

  {"op": "open", "file": path, "kernel": name, "scalars": {...}}  ->  {"ok": true, "ranOn", "device", "version", "threads"}
  {"op": "upload", "arrays": [[name, bytes], ...]} + bytes        ->  {"ok": true}
  {"op": "run"}                                                   ->  {"ok": true, "kernelNs": number or null}
  {"op": "read"}                                                  ->  {"ok": true, "bytes": n} + bytes

A failure is {"ok": false, "missing": bool, "reason": text}: `missing` where the library or its device is not here,
which is no fault. The file defines `kernels`, a dictionary of classes; each has __init__(scalars), attributes
ran_on, device, version and threads, upload(arrays), run() -> kernel time in nanoseconds or None, and read() -> bytes.
"""

import importlib.util
import json
import sys

commands = sys.stdin.buffer
answers = sys.stdout.buffer
# What a library prints must not come between the answers.
sys.stdout = sys.stderr


def answer(fields, payload=b""):
    answers.write(json.dumps(fields).encode() + b"\n")
    if len(payload) > 0:
        answers.write(payload)
    answers.flush()


def open_kernel(command):
    spec = importlib.util.spec_from_file_location("parallelogram_peers", command["file"])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.kernels[command["kernel"]](command["scalars"])


def read_exactly(length):
    # A bytearray, because libraries want memory that they may write to.
    buffer = bytearray(length)
    view = memoryview(buffer)
    done = 0
    while done < length:
        count = commands.readinto(view[done:])
        if not count:
            sys.exit(0)
        done += count
    return buffer


def serve():
    kernel = None
    for line in iter(commands.readline, b""):
        command = json.loads(line)
        arrays = {name: read_exactly(length) for name, length in command.get("arrays", [])}
        try:
            operation = command["op"]
            if operation == "open":
                kernel = open_kernel(command)
                answer(
                    {
                        "ok": True,
                        "ranOn": kernel.ran_on,
                        "device": kernel.device,
                        "version": kernel.version,
                        "threads": kernel.threads,
                    }
                )
            elif operation == "upload":
                kernel.upload(arrays)
                answer({"ok": True})
            elif operation == "run":
                answer({"ok": True, "kernelNs": kernel.run()})
            elif operation == "read":
                payload = memoryview(kernel.read()).cast("B")
                answer({"ok": True, "bytes": len(payload)}, payload)
        except (ImportError, FileNotFoundError) as error:
            answer({"ok": False, "missing": True, "reason": f"{type(error).__name__}: {error}"})
        except Exception as error:
            answer({"ok": False, "missing": False, "reason": f"{type(error).__name__}: {error}"})


serve()
