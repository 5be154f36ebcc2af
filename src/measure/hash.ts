import { createHash } from 'node:crypto';

/** A fingerprint of everything that an input holds: arrays by their bytes, objects by their sorted keys. */
export function fingerprint(value: unknown): string {
  const hash = createHash('sha1');
  const visit = (part: unknown): void => {
    if (ArrayBuffer.isView(part)) {
      hash.update(`[${part.constructor.name} ${part.byteLength}]`);
      hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    } else if (Array.isArray(part)) {
      hash.update(`[${part.length}]`);
      for (const item of part) visit(item);
    } else if (typeof part === 'object' && part !== null) {
      for (const key of Object.keys(part).sort()) {
        hash.update(`${key}:`);
        visit((part as Record<string, unknown>)[key]);
      }
    } else {
      hash.update(`${typeof part} ${String(part)};`);
    }
  };
  visit(value);
  return hash.digest('hex');
}
