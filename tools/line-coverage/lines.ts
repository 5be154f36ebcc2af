import { childrenOf, parseFile } from '../../src/target/parse.ts';

/** A place where something begins to be executed. */
export interface Place {
  /** Types are stripped in place: this is an offset into the file as it lies on disk, and into what V8 ran. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
}

type Node = ReturnType<typeof childrenOf>[number];

/** Where nothing happens: what only declares, and blocks, whose statements count by themselves. */
const silent = /^(Import|Export)|^(Block|Empty)Statement$|^(Function|Class)Declaration$/;

/** What of a source can be executed: statements, and the bodies of functions that are expressions. */
export function executablePlaces(file: string, source: string): Place[] {
  const places: Place[] = [];
  const visit = (node: Node): void => {
    const { body } = node as Node & { readonly body?: Node };
    if (node.type === 'ArrowFunctionExpression' && body && body.type !== 'BlockStatement') add(body);
    else if (/(Statement|Declaration)$/.test(node.type) && !silent.test(node.type)) add(node);
    for (const child of childrenOf(node)) visit(child);
  };
  const add = ({ start, loc }: Node): void => {
    places.push({ offset: start, line: loc?.start.line ?? 0 });
  };
  visit(parseFile(file, source).ast);
  return places;
}

/** One function as V8 reports it: the first range is the function, the others are blocks in it. */
export interface CoveredFunction {
  readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
}

/** Lines of which V8 says that they ran: of a place the smallest range around it counts. */
export function linesThatRan(places: readonly Place[], functions: readonly CoveredFunction[]): Set<number> {
  const ranges = functions
    .flatMap(each => each.ranges)
    .sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  const ran = new Set<number>();
  const open: (typeof ranges)[number][] = [];
  let next = 0;
  for (const { offset, line } of [...places].sort((a, b) => a.offset - b.offset)) {
    for (let range = ranges[next]; range && range.startOffset <= offset; range = ranges[++next]) {
      while (open.length > 0 && open.at(-1)!.endOffset <= range.startOffset) open.pop();
      open.push(range);
    }
    while (open.length > 0 && open.at(-1)!.endOffset <= offset) open.pop();
    if ((open.at(-1)?.count ?? 0) > 0) ran.add(line);
  }
  return ran;
}
