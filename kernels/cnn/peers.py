"""The network in PyTorch (cuDNN on a CUDA device), for comparison. See src/backends/python/host.py."""


class Torch:
    """Inference in f32, without TF32, which would keep 10 bits of 23."""

    def __init__(self, scalars):
        import torch

        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
        torch.backends.cudnn.benchmark = True
        torch.set_grad_enabled(False)
        self.torch = torch
        self.cuda = torch.cuda.is_available()
        self.place = torch.device("cuda" if self.cuda else "cpu")
        self.ran_on = "gpu" if self.cuda else "cpu"
        self.device = torch.cuda.get_device_name() if self.cuda else "cpu"
        self.version = torch.__version__
        self.threads = 1 if self.cuda else torch.get_num_threads()
        self.batch = int(scalars["batch"])
        self.channels = int(scalars["channels1"]), int(scalars["channels2"])

    def upload(self, arrays):
        def tensor(name, *shape):
            return self.torch.frombuffer(arrays[name], dtype=self.torch.float32).reshape(*shape).to(self.place)

        first, second = self.channels
        # Filters come as [ky][kx][in][out]; PyTorch has [out][in][ky][kx].
        self.filter1 = tensor("conv1Filter", 5, 5, 1, first).permute(3, 2, 0, 1).contiguous()
        self.filter2 = tensor("conv2Filter", 5, 5, first, second).permute(3, 2, 0, 1).contiguous()
        self.bias1, self.bias2 = tensor("conv1Bias", -1), tensor("conv2Bias", -1)
        self.bias3, self.bias4 = tensor("dense1Bias", -1), tensor("dense2Bias", -1)
        self.dense1 = tensor("dense1Weights", -1, len(self.bias3))
        self.dense2 = tensor("dense2Weights", -1, len(self.bias4))
        self.images = tensor("images", self.batch, 1, 28, 28)
        if self.cuda:
            self.torch.cuda.synchronize()

    def infer(self):
        functional = self.torch.nn.functional

        def block(x, filters, bias):
            return functional.max_pool2d(functional.relu(functional.conv2d(x, filters, bias)), 2)

        pooled = block(block(self.images, self.filter1, self.bias1), self.filter2, self.bias2)
        # The dense layer's weights expect channels fastest.
        flat = pooled.permute(0, 2, 3, 1).reshape(self.batch, -1)
        hidden = functional.relu(self.torch.addmm(self.bias3, flat, self.dense1))
        return self.torch.addmm(self.bias4, hidden, self.dense2)

    def run(self):
        if not self.cuda:
            self.logits = self.infer()
            return None
        begin, end = (self.torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        self.logits = self.infer()
        end.record()
        self.torch.cuda.synchronize()
        return begin.elapsed_time(end) * 1e6

    def read(self):
        import ctypes

        host = self.logits.contiguous().cpu()
        return ctypes.string_at(host.data_ptr(), 4 * host.numel())


kernels = {"torch": Torch}
