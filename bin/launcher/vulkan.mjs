import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './cache.mjs';
import { unpackSwiftShader } from './swiftshader.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/**
 * Decides which Vulkan driver Dawn gets, before Node starts: the system's where Dawn accepts one of its adapters, else
 * SwiftShader. Returns the environment to add and a report for `pgram doctor` and the manifest.
 */
export function findVulkan(root, node) {
  if (process.platform !== 'linux') return { env: {}, report: { source: 'platform', tried: [] } };
  if (process.env.PGRAM_LAUNCH) return { env: {}, report: JSON.parse(process.env.PGRAM_LAUNCH).vulkan };
  const named = process.env.VK_DRIVER_FILES ?? process.env.VK_ICD_FILENAMES;
  const drivers = named ? named.split(delimiter).filter(Boolean) : systemDrivers();
  const swiftshader = () => unpackSwiftShader(root);
  const loader = systemLoader();
  let tried = [];
  if (drivers.length > 0) {
    const env = loader ? {} : withLoader(swiftshader().folder);
    const verdict = cachedProbe(root, node, drivers, env);
    tried = verdict.tried;
    if (verdict.accepted)
      return {
        env,
        report: {
          source: named ? 'environment' : 'system',
          drivers,
          loader: loader ?? 'SwiftShader package',
          adapter: verdict.accepted,
          tried,
        },
      };
  }
  try {
    const { folder, driver } = swiftshader();
    return {
      env: { VK_DRIVER_FILES: driver, ...(loader ? {} : withLoader(folder)) },
      report: { source: 'swiftshader', drivers: [driver], loader: loader ?? 'SwiftShader package', tried },
    };
  } catch (error) {
    return { env: {}, report: { source: 'none', drivers, tried, problem: error.message } };
  }
}

const withLoader = folder => ({
  LD_LIBRARY_PATH: [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter),
});

/** The places of the Vulkan loader's documentation ("Driver Discovery on Linux"). */
function systemDrivers() {
  const { HOME, XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_CONFIG_DIRS, XDG_DATA_DIRS } = process.env;
  const roots = [
    XDG_CONFIG_HOME ?? (HOME && join(HOME, '.config')),
    ...(XDG_CONFIG_DIRS ?? '/etc/xdg').split(delimiter),
    '/usr/local/etc',
    '/etc',
    XDG_DATA_HOME ?? (HOME && join(HOME, '.local/share')),
    ...(XDG_DATA_DIRS ?? '/usr/local/share:/usr/share').split(delimiter),
    '/usr/local/nvidia/share',
  ].filter(Boolean);
  const found = new Set();
  for (const folder of new Set(roots.map(place => join(place, 'vulkan/icd.d')))) {
    if (!existsSync(folder)) continue;
    for (const file of readdirSync(folder).sort()) if (file.endsWith('.json')) found.add(join(folder, file));
  }
  return [...found];
}

function systemLoader() {
  const folders = [
    ...(process.env.LD_LIBRARY_PATH ?? '').split(delimiter),
    ...['x86_64', 'aarch64'].flatMap(arch => [`/usr/lib/${arch}-linux-gnu`, `/lib/${arch}-linux-gnu`]),
    '/usr/local/lib',
    '/usr/lib64',
    '/lib64',
    '/usr/lib',
  ];
  return folders
    .filter(Boolean)
    .map(folder => join(folder, 'libvulkan.so.1'))
    .find(path => existsSync(path));
}

/** Probing takes a process; its answer is kept as long as the same drivers lie there. */
function cachedProbe(root, node, drivers, env) {
  const stamp = path => {
    try {
      return statSync(path).mtimeMs;
    } catch {
      return 0;
    }
  };
  const key = JSON.stringify([node, env, drivers.map(path => [path, stamp(path)])]);
  const file = join(cacheFolder(root), 'vulkan.json');
  try {
    const known = JSON.parse(readFileSync(file, 'utf8'));
    if (known.key === key && known.verdict.accepted) return known.verdict;
  } catch {
    // No answer yet.
  }
  const verdict = probe(node, drivers, env);
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.${process.pid}`, JSON.stringify({ key, verdict }));
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // A read-only installation asks again next time.
  }
  return verdict;
}

/** Each driver by itself, so that one that Dawn refuses does not hide what it lacks behind one that it takes. */
function probe(node, drivers, env) {
  const tried = drivers.map(driver => ({ driver, ...ask(node, { ...env, VK_DRIVER_FILES: driver }) }));
  const together = ask(node, { ...env, VK_DRIVER_FILES: drivers.join(delimiter) });
  return { tried, accepted: together.adapter };
}

function ask(node, env) {
  const { VK_ICD_FILENAMES, ...rest } = process.env;
  const { status, signal, stdout, stderr } = spawnSync(node, [join(here, 'adapter.mjs')], {
    env: { ...rest, ...env },
    encoding: 'utf8',
    timeout: 30_000,
  });
  const line = stdout?.split('\n').find(text => text.startsWith('{"adapter"'));
  if (line) return JSON.parse(line);
  const last = stderr?.trim().split('\n').at(-1);
  return { problem: signal ? `ended by ${signal}` : `exit ${status}${last ? `: ${last}` : ''}` };
}
