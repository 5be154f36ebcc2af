"""Matrix products of Python's libraries, for comparison. See src/backends/python/host.py."""

import os


class Numpy:
    """numpy.matmul: its BLAS, usually OpenBLAS, on all cores."""

    ran_on = "cpu"
    device = "cpu"

    def __init__(self, scalars):
        import numpy

        self.numpy = numpy
        self.version = numpy.__version__
        self.threads = int(os.environ.get("OPENBLAS_NUM_THREADS") or len(os.sched_getaffinity(0)))
        self.m, self.k, self.n = (int(scalars[key]) for key in "mkn")

    def upload(self, arrays):
        self.a = self.numpy.frombuffer(arrays["a"], self.numpy.float32).reshape(self.m, self.k)
        self.b = self.numpy.frombuffer(arrays["b"], self.numpy.float32).reshape(self.k, self.n)

    def run(self):
        self.c = self.numpy.matmul(self.a, self.b)
        return None

    def read(self):
        return self.c.tobytes()


class Torch:
    """torch.matmul: cuBLAS on a CUDA device, without TF32, which would keep 10 bits of 23; else its CPU library."""

    def __init__(self, scalars):
        import torch

        torch.backends.cuda.matmul.allow_tf32 = False
        self.torch = torch
        self.cuda = torch.cuda.is_available()
        self.place = torch.device("cuda" if self.cuda else "cpu")
        self.ran_on = "gpu" if self.cuda else "cpu"
        self.device = torch.cuda.get_device_name() if self.cuda else "cpu"
        self.version = torch.__version__
        self.threads = 1 if self.cuda else torch.get_num_threads()
        self.m, self.k, self.n = (int(scalars[key]) for key in "mkn")

    def matrix(self, data, rows, columns):
        if rows * columns == 0:
            return self.torch.zeros(rows, columns, device=self.place)
        flat = self.torch.frombuffer(data, dtype=self.torch.float32)
        return flat.reshape(rows, columns).to(self.place)

    def wait(self):
        if self.cuda:
            self.torch.cuda.synchronize()

    def upload(self, arrays):
        self.a = self.matrix(arrays["a"], self.m, self.k)
        self.b = self.matrix(arrays["b"], self.k, self.n)
        self.wait()

    def run(self):
        if not self.cuda:
            self.c = self.a @ self.b
            return None
        begin, end = (self.torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        self.c = self.a @ self.b
        end.record()
        self.wait()
        return begin.elapsed_time(end) * 1e6

    def read(self):
        # A list of bytes would be slow and numpy may be absent: a view of the tensor's own memory.
        host = self.c.contiguous().cpu()
        if host.numel() == 0:
            return b""
        import ctypes

        return ctypes.string_at(host.data_ptr(), 4 * host.numel())


kernels = {"numpy": Numpy, "torch": Torch}
