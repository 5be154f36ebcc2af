import type * as acorn from 'acorn';
import MagicString from 'magic-string';
import type { ParsedFile } from '../../target/index.ts';
import { afterDirectives, countingSites, type Site } from './sites.ts';

/** The global array that holds the counters of a file. */
export const counterArray = (file: number): string => `$pgram${file}`;

/**
 * Puts a counter at every site. A counter in a loop of an ordinary function is a local variable, which costs an
 * addition in a register instead of one in memory, and is added to the array when the function is left, be it by an
 * exception. Generators and async functions may never be left, so theirs are in the array at once.
 *
 * @param index tells the files of a program apart
 */
export function instrumentSites(parsed: ParsedFile, index: number): string {
  const sites = countingSites(parsed);
  const text = new MagicString(parsed.code);
  const array = counterArray(index);
  const locals = new Map<acorn.Function, number[]>();
  // Inner sites first: what is inserted at the same place by an outer one must come before it.
  for (const [number, site] of [...sites.entries()].reverse()) {
    const owner = site.owner as acorn.Function | undefined;
    const local =
      site.inLoop && owner !== undefined && !owner.async && !owner.generator && owner.body.type === 'BlockStatement';
    if (local) locals.set(owner, [...(locals.get(owner) ?? []), number]);
    place(text, site, local ? `$pgram_${number}++` : `${array}[${number}]++`);
  }
  for (const [owner, numbers] of locals) {
    const body = owner.body as acorn.BlockStatement;
    const declare = numbers.map(number => `$pgram_${number}=0`).join();
    const add = numbers.map(number => `${array}[${number}]+=$pgram_${number};`).join('');
    text.prependRight(afterDirectives(body.body, body.end - 1), `let ${declare};try{`);
    text.appendLeft(body.end - 1, `}finally{${add}}`);
  }
  return text.toString();
}

function place(text: MagicString, { placement }: Site, count: string): void {
  switch (placement.kind) {
    case 'statement':
      text.prependRight(placement.at, `${count};`);
      return;
    case 'block':
      if (placement.node.type === 'BlockStatement') text.appendRight(placement.node.start + 1, `${count};`);
      else {
        text.prependRight(placement.node.start, `{${count};`);
        text.appendLeft(placement.node.end, '}');
      }
      return;
    case 'expression':
      text.prependRight(placement.node.start, `(${count},`);
      text.appendLeft(placement.node.end, ')');
      return;
    case 'missing':
      text.prependRight(placement.node.start, '(');
      text.appendLeft(placement.node.end, `??(${count},void 0))`);
  }
}
