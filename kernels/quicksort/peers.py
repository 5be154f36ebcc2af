"""Sorts of Python's libraries, for comparison. See src/backends/python/host.py."""


class Numpy:
    """numpy.sort: vectorised quicksort with AVX-512 or AVX2 where the processor has them, one thread."""

    ran_on = "cpu"
    device = "cpu"
    threads = 1

    def __init__(self, scalars):
        import numpy

        self.numpy = numpy
        self.version = numpy.__version__

    def upload(self, arrays):
        self.keys = self.numpy.frombuffer(arrays["keys"], self.numpy.uint32)

    def run(self):
        self.sorted = self.numpy.sort(self.keys)
        return None

    def read(self):
        return self.sorted.tobytes()


class Cupy:
    """cupy.sort: CUB's radix sort."""

    ran_on = "gpu"
    threads = 1

    def __init__(self, scalars):
        import cupy
        import numpy

        try:
            properties = cupy.cuda.runtime.getDeviceProperties(0)
        except cupy.cuda.runtime.CUDARuntimeError as error:
            raise ImportError(f"no CUDA device: {error}") from error
        self.device = properties["name"].decode()
        self.version = cupy.__version__
        self.cupy = cupy
        self.numpy = numpy

    def upload(self, arrays):
        self.keys = self.cupy.asarray(self.numpy.frombuffer(arrays["keys"], self.numpy.uint32))
        self.cupy.cuda.Device().synchronize()

    def run(self):
        begin, end = self.cupy.cuda.Event(), self.cupy.cuda.Event()
        begin.record()
        self.sorted = self.cupy.sort(self.keys)
        end.record()
        end.synchronize()
        return self.cupy.cuda.get_elapsed_time(begin, end) * 1e6

    def read(self):
        return self.sorted.get().tobytes()


kernels = {"numpy": Numpy, "cupy": Cupy}
