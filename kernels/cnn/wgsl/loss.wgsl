// One image an invocation: softmax cross-entropy and the gradient of its mean over the batch.
override batch: u32;
const classes = 10u;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<u32>;
@group(0) @binding(2) var<storage, read_write> slopes: array<f32>;
@group(0) @binding(3) var<storage, read_write> losses: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let image = id.x;
  if (image >= batch) { return; }
  let start = image * classes;
  var largest = logits[start];
  for (var digit = 1u; digit < classes; digit++) {
    largest = max(largest, logits[start + digit]);
  }
  var sum = 0.0;
  for (var digit = 0u; digit < classes; digit++) {
    sum += exp(logits[start + digit] - largest);
  }
  for (var digit = 0u; digit < classes; digit++) {
    let probability = exp(logits[start + digit] - largest) / sum;
    slopes[start + digit] = (probability - select(0.0, 1.0, digit == labels[image])) / f32(batch);
  }
  losses[image] = log(sum) - (logits[start + labels[image]] - largest);
}
