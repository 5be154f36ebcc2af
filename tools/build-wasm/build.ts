import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Memory is imported and shared, so that one module serves one thread and many; nothing of a runtime is linked in.
 * The compiler is deterministic: equal sources and versions give equal bytes.
 */
const flags = [
  ...['--optimizeLevel', '3', '--shrinkLevel', '0', '--converge', '--noAssert', '--runtime', 'stub'],
  ...['--importMemory', '--noExportMemory'],
];
const shared = ['--enable', 'simd,relaxed-simd,threads', '--sharedMemory', '--maximumMemory', '65536'];
/** The tracer's memory is one thread's own. */
const own = ['--enable', 'simd'];
const tracing = join('src', 'trace', 'runtime', 'assembly');

/** Every `kernels/<workload>/assembly/<name>.ts`, the probe's, the tracer's and the experiments', relative to the root of the repository, in order. */
export async function findSources(): Promise<string[]> {
  const workloads = (await readdir(join(root, 'kernels'), { withFileTypes: true })).filter(entry =>
    entry.isDirectory(),
  );
  const folders = [
    ...workloads.map(({ name }) => join('kernels', name, 'assembly')),
    join('src', 'hardware', 'assembly'),
    tracing,
    join('experiments', 'workloads', 'assembly'),
  ];
  const found: string[] = [];
  for (const folder of folders) {
    const files = await readdir(join(root, folder)).catch(() => []);
    for (const file of files) if (file.endsWith('.ts')) found.push(join(folder, file));
  }
  return found.sort();
}

/** The module that is committed beside a source. */
export const moduleOf = (source: string): string => join(root, source.replace(/\.ts$/, '.wasm'));

/**
 * Compiles one source with AssemblyScript. The compiler runs as a command: imported, it would replace `console`.
 *
 * @throws Error with the compiler's messages
 */
export async function buildModule(source: string): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'parallelogram-wasm-'));
  try {
    const out = join(folder, 'module.wasm');
    // From the source's own folder: paths end up in names, and the result must not depend on where the checkout lies.
    const features = dirname(source) === tracing ? own : shared;
    const options = ['--outFile', out, ...flags, ...features];
    await run([compiler(), basename(source), ...options], dirname(join(root, source)));
    return await readFile(out);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function compiler(): string {
  const manifest = createRequire(import.meta.url).resolve('assemblyscript/package.json');
  return join(dirname(manifest), 'bin/asc.js');
}

function run(args: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    child.on('error', reject);
    child.on('close', code => (code === 0 ? resolve() : reject(new Error(`asc ended with code ${code}:\n${output}`))));
  });
}
