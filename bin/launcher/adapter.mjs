// Asks Dawn for an adapter with the drivers of this environment; one JSON line on stdout.
import { create, globals } from 'webgpu';

Object.assign(globalThis, globals);
const said = [];
console.warn = console.error = (...words) => said.push(words.join(' '));
const gpu = create([]);
globalThis.__dawn = gpu;
const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
if (!adapter) {
  console.log(
    JSON.stringify({
      adapter: null,
      problem:
        said.join(' ') || 'Dawn accepts none of its devices (it needs Vulkan 1.1 with the features of WebGPU core)',
    }),
  );
} else {
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  console.log(
    JSON.stringify({ adapter: { vendor, architecture, device, description, software: Boolean(isFallbackAdapter) } }),
  );
}
process.exit(0);
