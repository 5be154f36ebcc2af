import type { Node } from '../../target/scope.ts';
import type { Counting } from './counting.ts';
import { recorderName as R } from './runtime.ts';
import { walkStatements } from './statements.ts';

/** Walks a file as it runs: what is counted goes to segments, and segments get counters where they are used. */
export function walkFile(walk: Counting): void {
  const { ast, code } = walk.parts.parsed;
  const program = ast as Node;
  const region = walk.region('function', program, '(module)');
  walk.open({ node: program, region, counters: 0 }, { local: false, leaf: false });
  const entry = walk.segment();
  walk.used.add(entry);
  region.entries = region.body = entry;
  walkStatements(walk, program.body, [entry]);
  const { temporaries } = walk.frame;
  const names = temporaries.length > 0 ? `let ${temporaries.join()};` : '';
  const head = `const ${walk.name('O')}=${R}.s,${walk.name('A')}=${R}.in(${region.number}),${walk.name('F')}=${R}.s;${walk.name('A')}[0]++;${names}`;
  const directives = (program.body as Node[]).filter(({ directive }) => directive !== undefined);
  const hashbang = /^#!.*/.exec(code)?.[0].length ?? 0;
  const at = directives.at(-1)?.end ?? hashbang;
  const tail = `\n;${R}.s=${walk.name('O')};`;
  // Where nothing follows, what closes would stand before what opens.
  const isEmpty = at === code.length;
  walk.edits.first(at, `${directives.length > 0 ? ';' : hashbang > 0 ? '\n' : ''}${head}${isEmpty ? tail : ''}`);
  if (!isEmpty) walk.edits.after(code.length, tail);
}
