import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { cacheFolder } from './cache.mjs';

/**
 * Files out of @sparticuz/chromium, unpacked once into `<cache>/<what>-<version>`: each name in `archives` is a Brotli file
 * of its `bin` folder, a tar archive of plain files or (without `.tar`) one file. Several processes may do so at once.
 */
export function unpackChromiumPackage(root, { what, archives }) {
  const entry = createRequire(join(root, 'package.json')).resolve('@sparticuz/chromium');
  const packageFolder = entry.slice(0, entry.lastIndexOf('@sparticuz') + '@sparticuz/chromium'.length);
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  const folder = join(cacheFolder(root), `${what}-${version}`);
  if (existsSync(folder)) return folder;
  const scratch = `${folder}.${process.pid}`;
  mkdirSync(scratch, { recursive: true });
  for (const archive of archives) {
    const bytes = brotliDecompressSync(readFileSync(join(packageFolder, 'bin', `${archive}.br`)));
    const files = archive.endsWith('.tar') ? tarEntries(bytes) : [{ name: archive, bytes }];
    for (const file of files) writeFileSync(join(scratch, basename(file.name)), file.bytes, { mode: 0o755 });
  }
  mkdirSync(dirname(folder), { recursive: true });
  try {
    renameSync(scratch, folder);
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // another process may have been faster
  }
  return folder;
}

/** Plain files of a POSIX tar archive (ustar: 512-byte header, size in octal at 124, type at 156). */
export function* tarEntries(archive) {
  for (let at = 0; at + 512 <= archive.length; ) {
    const header = archive.subarray(at, at + 512);
    if (header[0] === 0) return;
    const text = (from, length) => header.toString('latin1', from, from + length).replace(/\0.*$/s, '');
    const size = Number.parseInt(text(124, 12).trim() || '0', 8);
    const type = text(156, 1);
    if (type === '0' || type === '') yield { name: text(0, 100), bytes: archive.subarray(at + 512, at + 512 + size) };
    at += 512 + Math.ceil(size / 512) * 512;
  }
}
