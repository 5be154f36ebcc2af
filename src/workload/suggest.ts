import { closest, distance } from 'fastest-levenshtein';

/** The known name that a mistyped one is probably meant to be, or undefined where none is near. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const candidate = closest(typed.toLowerCase(), known);
  const allowed = Math.max(1, Math.floor(Math.max(typed.length, candidate.length) / 2.5));
  return distance(typed.toLowerCase(), candidate) <= allowed ? candidate : undefined;
}

/** `unknown variant \`webgpu-tunde\`; did you mean \`webgpu-tuned\`? Known: …` */
export function unknownName(kind: string, typed: string, known: readonly string[]): string {
  const near = nearest(typed, known);
  const hint = near ? ` Did you mean \`${near}\`?` : '';
  return `unknown ${kind} \`${typed}\`.${hint} Known: ${known.join(', ')}.`;
}
