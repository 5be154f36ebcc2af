/**
 * The whole run as a graph, kept in full: the slow and obvious way to work, span and dependences, against which the
 * tracer's lanes, clamping and stamps are held. Shares no code with them.
 */

/** One operation (weight 1) or one load or store of an element or field (which weighs only where nothing else does). */
export interface GraphNode {
  readonly operation: boolean;
  /** Nodes that it waits for. */
  readonly after: readonly number[];
}

/** Iterations that were running: one step for each loop, outermost first. */
export type Where = readonly { readonly entry: LoopEntry; readonly iteration: number }[];

export interface LoopEntry {
  readonly loop: string;
  readonly begin: number;
  end: number;
  /** First node of each iteration, the failing test's last. */
  readonly iterations: number[];
  trips: number;
  readonly depth: number;
}

/** Places of a loop in the source, so that accesses can be told apart that are its own. */
export interface Access {
  readonly where: Where;
  readonly line: number;
}

export interface Edge {
  readonly kind: 'RAW' | 'WAR' | 'WAW' | 'control';
  readonly from: number;
  readonly to: number;
  distance: number;
}

/** A variable, element or field: what it holds is ready after these nodes, and who touched it. */
export class Cell {
  value: unknown;
  after: readonly number[] = [];
  written: Access | undefined;
  reads: Access[] = [];
  constructor(value: unknown, after: readonly number[] = []) {
    this.value = value;
    this.after = after;
  }
}

export class Graph {
  readonly nodes: GraphNode[] = [];
  readonly entries: LoopEntry[] = [];
  readonly edges = new Map<string, Edge>();
  where: Where = [];

  add(operation: boolean, after: readonly number[]): number {
    return this.nodes.push({ operation, after }) - 1;
  }

  enter(loop: string): LoopEntry {
    const begin = this.nodes.length;
    const entry: LoopEntry = { loop, begin, end: begin, iterations: [], trips: 0, depth: this.where.length };
    this.entries.push(entry);
    return entry;
  }

  iterate(entry: LoopEntry): void {
    entry.iterations.push(this.nodes.length);
    this.where = [...this.where.slice(0, entry.depth), { entry, iteration: entry.iterations.length - 1 }];
  }

  leave(entry: LoopEntry, trips: number): void {
    entry.end = this.nodes.length;
    entry.trips = trips;
    this.where = this.where.slice(0, entry.depth);
  }

  read(cell: Cell, line: number): void {
    const access = { where: this.where, line };
    if (cell.written) this.#pair('RAW', cell.written, access);
    cell.reads.push(access);
  }

  write(cell: Cell, line: number): void {
    const access = { where: this.where, line };
    for (const read of cell.reads) this.#pair('WAR', read, access);
    if (cell.written) this.#pair('WAW', cell.written, access);
    cell.written = access;
    cell.reads = [];
  }

  control(entry: LoopEntry, line: number): void {
    this.#keep(entry, { kind: 'control', from: line, to: line, distance: 1 });
  }

  /** Carried by the one loop in whose same entry the two ran in different iterations. */
  #pair(kind: Edge['kind'], first: Access, second: Access): void {
    for (let at = 0; at < first.where.length && at < second.where.length; at++) {
      const [a, b] = [first.where[at]!, second.where[at]!];
      if (a.entry !== b.entry) return;
      if (a.iteration === b.iteration) continue;
      this.#keep(a.entry, { kind, from: first.line, to: second.line, distance: b.iteration - a.iteration });
      return;
    }
  }

  #keep({ loop }: LoopEntry, edge: Edge): void {
    const key = `${loop}|${edge.kind}|${edge.from}|${edge.to}`;
    const known = this.edges.get(key);
    if (!known) this.edges.set(key, edge);
    else known.distance = Math.min(known.distance, edge.distance);
  }

  /** Longest chain among the nodes of a range; what was there before it is ready. */
  span(begin: number, end: number, weight: (node: GraphNode) => number): number {
    const ready = new Map<number, number>();
    let longest = 0;
    for (let at = begin; at < end; at++) {
      const node = this.nodes[at]!;
      let latest = 0;
      for (const before of node.after) latest = Math.max(latest, ready.get(before) ?? 0);
      ready.set(at, latest + weight(node));
      longest = Math.max(longest, latest + weight(node));
    }
    return longest;
  }
}

const ofOperations = ({ operation }: GraphNode): number => (operation ? 1 : 0);
const ofEverything = (): number => 1;

export interface LoopFigures {
  readonly entries: number;
  readonly iterations: number;
  readonly work: number;
  readonly span: number;
  readonly selfParallelism: number | null;
  readonly edges: readonly Edge[];
}

/** Figures of each loop, by its place in the source. */
export function figures(graph: Graph): { work: number; span: number; loops: Map<string, LoopFigures> } {
  const loops = new Map<string, LoopFigures>();
  for (const loop of new Set(graph.entries.map(entry => entry.loop))) {
    const entries = graph.entries.filter(entry => entry.loop === loop);
    const sums = (weight: (node: GraphNode) => number) => {
      let whole = 0;
      let parts = 0;
      for (const { begin, end, iterations } of entries) {
        whole += graph.span(begin, end, weight);
        for (const [at, first] of iterations.entries()) parts += graph.span(first, iterations[at + 1] ?? end, weight);
      }
      return { whole, parts };
    };
    const ordered = sums(ofOperations);
    const touched = ordered.whole === 0 ? sums(ofEverything) : ordered;
    loops.set(loop, {
      entries: entries.length,
      iterations: entries.reduce((sum, { trips }) => sum + trips, 0),
      work: entries.reduce(
        (sum, { begin, end }) => sum + graph.nodes.slice(begin, end).filter(node => node.operation).length,
        0,
      ),
      span: ordered.whole,
      selfParallelism: touched.whole === 0 ? null : touched.parts / touched.whole,
      edges: [...graph.edges].filter(([key]) => key.startsWith(`${loop}|`)).map(([, edge]) => edge),
    });
  }
  return {
    work: graph.nodes.filter(node => node.operation).length,
    span: graph.span(0, graph.nodes.length, ofOperations),
    loops,
  };
}
