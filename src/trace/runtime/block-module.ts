import type { Block, Instruction } from './block.ts';
import { BlockPlaces, type Functions, zero } from './block-places.ts';
import { settled, stepCode } from './block-steps.ts';
import { GatheredCode, vectorsOf } from './block-times.ts';
import { controlFunctions } from './control-code.ts';
import { longFrom, oddAt } from './core.ts';
import { marks, type SlotLayout } from './slot-layout.ts';
import {
  type Fn,
  get,
  type Import,
  isAtLeast,
  isBelow,
  isOther,
  leave,
  loadVector,
  minus,
  moduleOf,
  multiply,
  number,
  set,
  store,
  storeVector,
  when,
} from './wasm-code.ts';

/** What blocks call outside: `lost` where a chain goes on from a result whose state was not kept, and the tracing runtime. */
export type BlockHost = Readonly<Record<string, unknown>>;

/** Runs a block: the frame's first slot, then what it is given. */
export type BlockFunction = (frame: number, ...given: number[]) => void;

const imports: readonly Import[] = [
  { name: 'lost', parameters: [] },
  { name: 'settle', parameters: [] },
  { name: 'makeCell', parameters: ['i32'] },
  { name: 'readCell', parameters: ['i32', 'i32'] },
  { name: 'writeCell', parameters: ['i32', 'i32'] },
  ...['readElement', 'readOnlyElement', 'writeElement', 'updateElement', 'findElement', 'findTarget', 'findUpdate'].map(
    (name): Import => ({ name, parameters: ['i32', 'f64', 'i32'], returns: true }),
  ),
  { name: 'openFunction', parameters: ['i32', 'i32', 'i32'], returns: true },
  { name: 'openLoop', parameters: ['i32', 'i32'], returns: true },
  { name: 'firstIteration', parameters: ['i32'], returns: true },
  { name: 'nextIteration', parameters: ['i32'], returns: true },
  { name: 'leave', parameters: ['i32'], returns: true },
  { name: 'hold', parameters: ['i32', 'i32'] },
];

/**
 * Compiles blocks over the memory that slots lie in.
 *
 * @returns functions named `b` and their number
 */
export function compileBlocks(
  blocks: readonly Block[],
  { layout, host, first, isDated }: { layout: SlotLayout; host: BlockHost; first: number; isDated: boolean },
): Record<string, BlockFunction> {
  const own: Record<string, Fn> = { copyChain: copyChain(layout), ...controlFunctions(layout) };
  const functions: Functions = Object.fromEntries(
    [...imports.map(({ name }) => name), ...Object.keys(own)].map((name, at) => [name, at]),
  );
  const fns = [
    ...Object.values(own),
    ...blocks.map((block, at) => blockFunction(block, `b${first + at}`, { layout, functions, isDated })),
  ];
  const module = new WebAssembly.Module(moduleOf(imports, fns));
  const instance = new WebAssembly.Instance(module, { host: host as WebAssembly.ModuleImports });
  return instance.exports as unknown as Record<string, BlockFunction>;
}

function blockFunction(
  { given, steps }: Block,
  name: string,
  common: { layout: SlotLayout; functions: Functions; isDated: boolean },
): Fn {
  const vectors = Math.max(0, ...steps.map(step => (step.do === 'gathered' ? vectorsOf(step.code) : 0)));
  const places = new BlockPlaces(common, { given: given.length, vectors });
  const hasStore = (code: readonly Instruction[]): boolean => code.some(at => at.do === 'store');
  const body = steps.flatMap(step => {
    if (step.do !== 'gathered') return stepCode(step, places);
    const code = new GatheredCode(step.code, places).body();
    return hasStore(step.code) ? [...code, ...settled(oddAt, common.functions.settle!)] : code;
  });
  const frame = [...get(0), ...number(common.layout.bytes), ...multiply, ...set(0)];
  const parameters: Fn['parameters'] = ['i32', ...given.map(kind => (kind === 'subscript' ? 'f64' : 'i32'))];
  return { name, parameters, vectors, numbers: places.numbers, body: [...frame, ...body] };
}

/** Copies the state of a chain: to a slot, from a slot, the chain. Long arrays have no room for it. */
function copyChain({ lanes, chain, header }: SlotLayout): Fn {
  const [to, from, group] = [0, 1, 2];
  const copied = Array.from({ length: lanes }, (_, v) => chain + 16 * v).flatMap(at => [
    ...[...get(to), ...get(from), ...loadVector(at)],
    ...storeVector(at),
  ]);
  return {
    parameters: ['i32', 'i32', 'i32'],
    vectors: 0,
    numbers: 0,
    body: [
      // A mark below 0 says that there is no state.
      ...when([...get(group), ...zero, ...isBelow], leave),
      ...when(
        [...get(to), ...number(longFrom), ...isAtLeast],
        [...get(to), ...number(-1), ...get(group), ...minus, ...store(header + marks.chain), ...leave],
      ),
      ...when([...get(to), ...get(from), ...isOther], copied),
    ],
  };
}
