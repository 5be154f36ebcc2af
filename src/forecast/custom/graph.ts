import type { OperationClass } from '../../census/operations/index.ts';

/** A value that comes from outside: a variable, a constant, what a call returns. */
export interface Leaf {
  readonly kind: 'leaf';
  /** Equal for equal values within a block. */
  readonly name: string;
  /** A number written in the source. */
  readonly constant?: number;
}

/** One executed operation, load, store or choice, with the values that it takes. */
export interface DataNode {
  readonly kind: 'operation' | 'load' | 'store' | 'choice';
  /** `+`, `>>>`, `min`, `load`, `table`, `store`, `?:`. */
  readonly label: string;
  readonly class: OperationClass | undefined;
  readonly inputs: readonly Value[];
  /** The comparison on which a store depends. */
  readonly predicate: DataNode | undefined;
  readonly block: Block;
  /** How often it ran. */
  readonly count: number;
  readonly line: number;
  /** What counts of it: operations of one execution; 0 for a choice, which is free at unit cost. */
  readonly weight: number;
  /** Of a load or store: the text of its place, of the table alone where that is indexed by a value. */
  readonly cell: string;
  /** Used by something that is no node: a variable that lives on, a call, a returned value. */
  escapes: boolean;
}

export type Value = Leaf | DataNode;

/** Nodes that run as often as one another, in the order of the source. */
export interface Block {
  readonly key: string;
  readonly file: string;
  readonly function: string;
  readonly nodes: DataNode[];
}

export const isNode = (value: Value | undefined): value is DataNode => value !== undefined && value.kind !== 'leaf';

const commutative = new Set(['+', '*', '&', '|', '^', 'min', 'max', '==', '===', '!=', '!==']);
export const isCommutative = ({ label }: DataNode): boolean => commutative.has(label);
