import { fileURLToPath } from 'node:url';
import { isOwn, type Ownership, packageOf, toolRoot } from '../../target/own.ts';
import type { ClinicFrame, ClinicFrameKind } from './types.ts';

/** A frame of where V8 says that it is: a URL or path, and a line and column that count from 1. */
export function frameAt(
  { name, url, line, column }: { name: string; url: string; line: number; column: number },
  ownership: Ownership,
): ClinicFrame {
  const file = url.startsWith('file:') ? fileURLToPath(url) : url;
  return { name: name || '(anonymous)', kind: kindAt(file, ownership), file, line, column };
}

function kindAt(file: string, ownership: Ownership): ClinicFrameKind {
  if (file === '' || file.startsWith('wasm:')) return 'engine';
  if (file.startsWith('node:')) return 'node';
  if (isOwn(file, ownership)) return 'own';
  if (packageOf(file) !== undefined) return 'package';
  return file.startsWith(toolRoot) ? 'tool' : 'engine';
}
