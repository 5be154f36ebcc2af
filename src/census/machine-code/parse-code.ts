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
  /**
   * Why it would go back to the interpreter: V8's words for each check that it still makes (`not a Smi`, `wrong map`,
   * `out of bounds`). The positions that V8 prints beside them are not those of the source and are left out.
   */
  readonly checks: readonly string[];
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
      checks: [...body.matchAll(/debug: deopt reason '(.*)'/g)].map(([, reason]) => reason ?? ''),
    });
  }
  return found;
}

function splitOnce(text: string, by: string): [string, string | undefined] {
  const at = text.indexOf(by);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + by.length)];
}
