import { findAddressSlice } from '../../target/address-slice.ts';
import type { ParsedFile } from '../../target/parse.ts';
import { type Node, resolveNames } from '../../target/scope.ts';
import type { SiteTable } from '../runtime/sites.ts';
import { clonesOf, findNumeric } from './numeric.ts';
import { declareNames, statements } from './statements.ts';
import { Unit } from './unit.ts';

/** The runtime's primitives find the instrumented module through this property of the global object. */
export const runtimeKey = 'parallelogram.trace';

/** Names of the primitives, in the order of the destructuring at a module's head. */
export const primitives = [
  ...[
    'A',
    'J',
    'U',
    'V',
    'Z',
    'al',
    'all',
    'as',
    'bc',
    'bp',
    'br',
    'bx',
    'cd',
    'cl',
    'ct',
    'eg',
    'en',
    'ex',
    'fe',
    'fi',
    'fn',
    'hw',
  ],
  ...[
    'it',
    'ld',
    'le',
    'lf',
    'lg',
    'lp',
    'lr',
    'lx',
    'ly',
    'mk',
    'mt',
    'mv',
    'nb',
    'nc',
    'nf',
    'nn',
    'no',
    'now',
    'nr',
    'ns',
    'nt',
    'nw',
    'nx',
    'o1',
    'o2',
    'o3',
    'os',
    'pa',
    'pd',
  ],
  ...[
    'pk',
    'pl',
    'pp',
    'pr',
    'ps',
    'pt',
    'pz',
    'rc',
    'rt',
    'rv',
    'sc',
    'self',
    'sk',
    'sp',
    'sr',
    'st',
    'td',
    'tf',
    'th',
    'tl',
  ],
  ...['tt', 'uf', 'un', 'uo', 'up', 'wv', 'xp', 'yr', 'ys'],
] as const;

export type Primitive = (typeof primitives)[number];

/**
 * Rewrites a module so that every value is followed by the time at which it is ready. Line numbers stay.
 *
 * @returns JavaScript, and the prefix of the names that were added
 */
export function instrument(parsed: ParsedFile, table: SiteTable): { code: string; prefix: string } {
  const program = parsed.ast as Node;
  const scopes = resolveNames(program);
  const unit = new Unit({ file: parsed.file, code: parsed.code, scopes, slice: findAddressSlice(scopes), table });
  const { prefix } = unit;
  if (table.hasNests) findNumeric(unit);
  const inner = statements(unit, program, program.body);
  const names = primitives.map(name => `${name}: ${prefix}${name}`).join(', ');
  const forms = [...unit.forms].map(([value, name]) => `const ${name} = ${value}; `).join('');
  const head = `const { ${names} } = globalThis[Symbol.for('${runtimeKey}')]; ${forms}const ${prefix}imports = ${prefix}hw();`;
  const declared = declareNames(unit, unit.body, []);
  const clones = clonesOf(unit);
  const hashbang = /^#!.*/.exec(inner)?.[0] ?? '';
  const directives = (program.body as Node[])
    .filter(({ directive }) => directive !== undefined)
    .map(node => `${unit.text(node.expression)}; `);
  const rest = inner.slice(hashbang.length);
  const text = `${directives.join('')}${head}${clones.head}${declared} `;
  const all = rest + clones.functions;
  return { code: hashbang === '' ? text + all : `${hashbang}\n${text}${all.replace(/^\r?\n/, '')}`, prefix };
}
