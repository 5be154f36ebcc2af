/** One column of a CSV: its name (units in the name), its kind, and what it means. The source of docs/csv-columns.md. */
export interface Column {
  readonly name: string;
  readonly kind: 'text' | 'integer' | 'number' | 'flag';
  readonly meaning: string;
  /** Runs of before this column was thought of lack it; they are read as if it were empty. */
  readonly optional?: true;
}

const ofKind =
  (kind: Column['kind']) =>
  (name: string, meaning: string): Column => ({ name, kind, meaning });

export const text = ofKind('text');
export const integer = ofKind('integer');
export const number = ofKind('number');
export const flag = ofKind('flag');
