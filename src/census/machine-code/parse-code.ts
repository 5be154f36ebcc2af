/** One compilation of one function, as `--print-opt-code --code-comments` lists it. */
export interface OptimisedCode {
  readonly tier: 'maglev' | 'turbofan';
  readonly name: string;
  /** Where the function begins in its script, and its text from there. */
  readonly place?: { readonly position: number; readonly source: string };
  /** Mnemonics with their operands, in order; prefixes such as REX.W left out. */
  readonly instructions: readonly string[];
  /** Where each of them lies in the process that printed it. */
  readonly addresses: readonly number[];
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
  /^(0x[0-9a-f]+)\s+[0-9a-f]+\s+[0-9a-f]+\s+(?:REX\.W\s+|lock\s+|rep\s+)?(\S.*?)(?:\s{2,};;.*|\s*<\+0x[0-9a-f]+>)?$/;
/** What follows an instruction as data is no instruction. */
const data = /^(constant pool|jump table|\.)/;

/**
 * Reads V8's listings of optimised code out of what a process printed; everything else in it is passed over. TurboFan's
 * begin with the function's text and its position, Maglev's have neither.
 */
export function parseOptimisedCode(text: string): OptimisedCode[] {
  const found: OptimisedCode[] = [];
  let source: string | undefined;
  for (const part of text.split(/^(?=--- (?:Raw source|Optimized code|Disassembly:|End code) ---$)/m)) {
    const [, heading = ''] = /^--- (.*?):? ---\n/.exec(part) ?? [];
    const body = part.slice(part.indexOf('\n') + 1);
    if (heading === 'Raw source') source = body.replace(/\n\n\n$/, '');
    else if (heading === 'Optimized code' || heading === 'Disassembly') {
      const code = codeOf(body, source);
      if (code) found.push(code);
      source = undefined;
    }
  }
  return found;
}

function codeOf(body: string, source: string | undefined): OptimisedCode | undefined {
  const field = (name: string): string | undefined => new RegExp(`^${name} = (.*)$`, 'm').exec(body)?.[1];
  const kind = field('kind') ?? '';
  const tier = /^MAGLEV/.test(kind) ? 'maglev' : /^TURBOFAN_JS/.test(kind) ? 'turbofan' : undefined;
  if (!tier) return undefined;
  const position = field('source_position');
  const lines = body.split('\n').flatMap(line => {
    const [, address, code] = instruction.exec(line) ?? [];
    return code === undefined || data.test(code) ? [] : [{ address: Number(address), code }];
  });
  return {
    tier,
    name: field('name') ?? '',
    ...(position === undefined || source === undefined ? {} : { place: { position: Number(position), source } }),
    instructions: lines.map(({ code }) => code),
    addresses: lines.map(({ address }) => address),
    bytes: Number(/^Instructions \(size = (\d+)\)/m.exec(body)?.[1] ?? 0),
    inlined: [...body.matchAll(/^ 0x[0-9a-f]+ <SharedFunctionInfo(?: (.*))?>$/gm)].map(
      ([, name]) => name ?? '(anonymous)',
    ),
    checks: [...body.matchAll(/debug: deopt reason '(.*)'/g)].map(([, reason]) => reason ?? ''),
  };
}
