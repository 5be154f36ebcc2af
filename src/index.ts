// The public interface of the package; docs/api.md shows how to use it.

export { type BenchCall, bench } from './api/bench.ts';
export { type CensusCall, census } from './api/census.ts';
export { type ForecastCall, forecast } from './api/forecast.ts';
export type { ProgramOptions } from './api/options.ts';
export { type TraceCall, trace } from './api/trace.ts';
export type { Device } from './backends/device.ts';
export { type GpujsDefinition, gpujsVariants } from './backends/gpujs/variant.ts';
export { callVariant } from './backends/js.ts';
export { type TfjsDefinition, tfjsVariants } from './backends/tfjs/variant.ts';
export { threadsVariant } from './backends/threads/variant.ts';
export { type Job, share, type ThreadKernel } from './backends/threads/worker.ts';
export type { NumericArray, Output, PassTime, Precision, Prepared, RanOn, Variant } from './backends/variant.ts';
export { type WasmDefinition, type WasmJob, wasmKernel, wasmVariants } from './backends/wasm/variant.ts';
export { webgpuVariant } from './backends/webgpu/variant.ts';
export type { Census } from './census/census.ts';
export type { FinishedRun } from './experiment/run.ts';
export type { DeviceEntry, ForecastDocument } from './forecast/document.ts';
export type { TraceResult } from './trace/types.ts';
export { defineWorkload } from './workload/define.ts';
export { createRandom, type Random, randomBytes, uniform } from './workload/random.ts';
export type { Demands, Parameters, Tolerance, Workload, WorkModel } from './workload/types.ts';
