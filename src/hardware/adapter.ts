import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { AdapterDescription } from '../backends/webgpu/gpu.ts';

/**
 * What this machine's WebGPU adapter says of itself, or null without one. Asked in a process of its own: Dawn leaves
 * threads behind, and the process that conducts measurements must be idle.
 */
export async function adapterHere(profile: 'safe' | 'record' = 'safe'): Promise<AdapterDescription | null> {
  const script = fileURLToPath(new URL('./adapter-process.ts', import.meta.url));
  const flags = ['--no-warnings=ExperimentalWarning'];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, profile], { timeout: 30_000 });
    const line = stdout.split('\n').find(text => text.startsWith('{"adapter"'));
    return line ? ((JSON.parse(line) as { adapter: AdapterDescription | null }).adapter ?? null) : null;
  } catch {
    return null;
  }
}
