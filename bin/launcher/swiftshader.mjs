import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { cacheFolder } from './cache.mjs';

/** SwiftShader (a Vulkan device made of CPU) and a Vulkan loader, unpacked once out of @sparticuz/chromium. */
export function unpackSwiftShader(root) {
  const entry = createRequire(join(root, 'package.json')).resolve('@sparticuz/chromium');
  const packageFolder = entry.slice(0, entry.lastIndexOf('@sparticuz') + '@sparticuz/chromium'.length);
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  const folder = join(cacheFolder(root), `swiftshader-${version}`);
  const driver = join(folder, 'vk_swiftshader_icd.json');
  if (existsSync(driver)) return { folder, driver };
  const scratch = `${folder}.${process.pid}`;
  mkdirSync(scratch, { recursive: true });
  const archive = brotliDecompressSync(readFileSync(join(packageFolder, 'bin/swiftshader.tar.br')));
  for (const { name, bytes } of tarEntries(archive))
    writeFileSync(join(scratch, basename(name)), bytes, { mode: 0o755 });
  mkdirSync(dirname(folder), { recursive: true });
  try {
    renameSync(scratch, folder);
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    if (!existsSync(driver)) throw error; // another process may have been faster
  }
  return { folder, driver };
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
