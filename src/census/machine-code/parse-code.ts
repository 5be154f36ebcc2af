/** A check that optimised code makes: where it fails, the function goes back to the interpreter. */
export interface RemainingCheck {
  /** V8's words: `not a Smi`, `wrong map`, `out of bounds`, … */
  readonly reason: string;
  /** Position in the script. */
  readonly position: number;
}

/** One compilation of one function, as `--print-opt-code --code-comments` lists it. */
export interface OptimisedCode {
  readonly tier: 'maglev' | 'turbofan';
  readonly name: string;
  /** Where the function begins in its script, and its text from there. */
  readonly position: number;
  readonly source: string;
  /** Mnemonics with their operands, in order; prefixes such as REX.W left out. */
  readonly instructions: readonly string[];
  readonly bytes: number;
  /** Names of the functions whose bodies were put in. */
  readonly inlined: readonly string[];
  readonly checks: readonly RemainingCheck[];
}

const instruction =
  /^0x[0-9a-f]+\s+[0-9a-f]+\s+[0-9a-f]+\s+(?:REX\.W\s+|lock\s+|rep\s+)?(\S.*?)(?:\s{2,};;.*|\s*<\+0x[0-9a-f]+>)?$/;
/** What follows an instruction as data is no instruction. */
const data = /^(constant pool|jump table|\.)/;

/**
 * Reads V8's listings of optimised code out of what a process printed; everything else in it is passed over.
 */
export function parseOptimisedCode(text: string): OptimisedCode[] {
  const found: OptimisedCode[] = [];
  const parts = text.split(/^--- Raw source ---\n/m).slice(1);
  for (const part of parts) {
    const [source = '', rest] = splitOnce(part, '\n\n\n--- Optimized code ---\n');
    if (rest === undefined) continue;
    const [body = ''] = splitOnce(rest, '\n--- End code ---');
    const field = (name: string): string => new RegExp(`^${name} = (.*)$`, 'm').exec(body)?.[1] ?? '';
    const tier = /MAGLEV/.test(field('kind'))
      ? 'maglev'
      : /TURBOFAN_JS|TURBOFAN$/.test(field('kind'))
        ? 'turbofan'
        : undefined;
    if (!tier) continue;
    const lines = body.split('\n');
    found.push({
      tier,
      name: field('name'),
      position: Number(field('source_position') || Number.NaN),
      source,
      instructions: lines.flatMap(line => {
        const code = instruction.exec(line)?.[1];
        return code === undefined || data.test(code) ? [] : [code];
      }),
      bytes: Number(/^Instructions \(size = (\d+)\)/m.exec(body)?.[1] ?? 0),
      inlined: [...body.matchAll(/^ 0x[0-9a-f]+ <SharedFunctionInfo(?: (.*))?>$/gm)].map(
        ([, name]) => name ?? '(anonymous)',
      ),
      checks: checksOf(lines),
    });
  }
  return found;
}

function checksOf(lines: readonly string[]): RemainingCheck[] {
  const checks: RemainingCheck[] = [];
  let position = Number.NaN;
  for (const line of lines) {
    const offset = /debug: deopt position, script offset '(\d+)'/.exec(line)?.[1];
    if (offset !== undefined) position = Number(offset);
    const reason = /debug: deopt reason '(.*)'/.exec(line)?.[1];
    if (reason !== undefined) checks.push({ reason, position });
  }
  return checks;
}

function splitOnce(text: string, by: string): [string, string | undefined] {
  const at = text.indexOf(by);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + by.length)];
}
