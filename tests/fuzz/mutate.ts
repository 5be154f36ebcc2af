import type { Random } from '../../src/workload/random.ts';

/** What breaks readers: empty, huge, signs, quotes, line ends, markup, terminal codes, names that objects have. */
const tokens = [
  ...['', '0', '-1', '1e308', '1e999', '-0', 'NaN', 'Infinity', '0x10', '1,5', ' ', 'true', 'null', 'undefined'],
  ...[
    '"',
    '""',
    ',',
    ';',
    '\n',
    '\r',
    '\r\n',
    '\0',
    '\t',
    '\\',
    '\ufeff',
    '\u2028',
    '\u001b[31m',
    '\u009b2J',
    '💥',
    '\ud800',
  ],
  ...['[', ']', '{', '}', '[]', '{}', '<script>alert(1)</script>', '&amp;', '__proto__', 'constructor', 'toString'],
  ...['../../../etc/passwd', '/dev/null', 'C:\\', '9'.repeat(400), 'a'.repeat(5000), '@', '->', '(', ')', '%s', '$&'],
];

const pick = <T>(random: Random, from: readonly T[]): T => from[random.below(from.length)] as T;

/** One to four small changes of the bytes: what a disk, an editor, a transfer or somebody with ill will makes of a file. */
export function mutateBytes(random: Random, original: Buffer, others: readonly Buffer[] = [original]): Buffer {
  let bytes = original;
  for (let change = 1 + random.below(4); change > 0; change--) bytes = mutateOnce(random, bytes, others);
  return bytes;
}

function mutateOnce(random: Random, bytes: Buffer, others: readonly Buffer[]): Buffer {
  const at = random.below(bytes.length + 1);
  const length = Math.min(bytes.length - at, 1 + random.below(random.below(2) === 0 ? 8 : 400));
  const spliced = (middle: Buffer, removed = 0): Buffer =>
    Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(at + removed)]);
  switch (random.below(8)) {
    case 0: {
      const copy = Buffer.from(bytes);
      if (at < copy.length) copy[at] = (copy[at] as number) ^ (1 << random.below(8));
      return copy;
    }
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return spliced(Buffer.alloc(0), length);
    case 3:
      return spliced(bytes.subarray(at, at + length));
    case 4:
      return spliced(Buffer.from(pick(random, tokens)));
    case 5: {
      const other = pick(random, others);
      const from = random.below(other.length + 1);
      return spliced(other.subarray(from, from + 1 + random.below(400)), length);
    }
    default:
      return replaceWord(random, bytes);
  }
}

/** A word (a number, a name, a field) in the neighbourhood of a random place becomes another one. */
function replaceWord(random: Random, bytes: Buffer): Buffer {
  const isWord = (byte: number | undefined): boolean => byte !== undefined && /[\w.+-]/.test(String.fromCharCode(byte));
  let from = random.below(bytes.length + 1);
  while (from < bytes.length && !isWord(bytes[from])) from++;
  while (from > 0 && isWord(bytes[from - 1])) from--;
  let to = from;
  while (isWord(bytes[to])) to++;
  return Buffer.concat([bytes.subarray(0, from), Buffer.from(pick(random, tokens)), bytes.subarray(to)]);
}

const values = (random: Random): unknown =>
  pick<unknown>(random, [
    ...[null, true, false, 0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER, '', 'text', [], {}, [null], { a: null }],
    ...['<script>', '\u001b[2J', '__proto__', 'a'.repeat(3000), [[[[]]]], Array(100).fill(0)],
  ]);

/** One to three values somewhere in a JSON document become others, vanish or are doubled; it stays JSON. */
export function mutateJson(random: Random, document: unknown): unknown {
  const root: { document: unknown } = { document: structuredClone(document) };
  for (let change = 1 + random.below(3); change > 0; change--) {
    const places = placesOf(root);
    const [holder, key] = pick(random, places);
    const kind = random.below(6);
    if (kind === 0 && holder !== root) {
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
    } else if (kind === 1 && Array.isArray(holder)) holder.push(structuredClone(holder[Number(key)]));
    else if (kind === 2) {
      const [other, name] = pick(random, places);
      (holder as Record<string, unknown>)[key] = structuredClone((other as Record<string, unknown>)[name]);
    } else (holder as Record<string, unknown>)[key] = values(random);
  }
  return root.document;
}

type Holder = Record<string, unknown> | unknown[];

/** Every value of a document, by what holds it; inner ones as likely as outer ones. */
function placesOf(root: Holder): [Holder, string][] {
  const found: [Holder, string][] = [];
  const visit = (holder: Holder): void => {
    for (const [key, value] of Object.entries(holder)) {
      found.push([holder, key]);
      if (typeof value === 'object' && value !== null) visit(value as Holder);
    }
  };
  visit(root);
  return found;
}
