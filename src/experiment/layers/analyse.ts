import { basename } from 'node:path';
import { arithmeticStack } from '../../report/charts/census.ts';
import { count, percent, significant } from '../../report/format.ts';
import type { Chart } from '../../report/standard.ts';
import { type Column, type CsvRow, schemaVersion } from '../../results/schema.ts';
import type { Analysis, Results } from '../define.ts';
import { type LayersSubject, readLayers } from './conduct.ts';

const columns: readonly Column[] = [
  { name: 'schema_version', kind: 'integer', meaning: 'version of these columns' },
  { name: 'run_id', kind: 'text', meaning: 'folder of the run under results/' },
  { name: 'workload', kind: 'text', meaning: 'what is computed' },
  { name: 'size', kind: 'integer', meaning: 'the integer that --size means' },
  { name: 'parameters', kind: 'text', meaning: 'other axes, `name=value`' },
  { name: 'variant', kind: 'text', meaning: 'which implementation' },
  { name: 'layer', kind: 'text', meaning: 'executed-bytecode, webassembly or gpu-kernel' },
  { name: 'instructions', kind: 'number', meaning: 'instructions executed on this layer' },
  { name: 'flops', kind: 'number', meaning: 'floating-point operations on data; empty where a part depends on data' },
  { name: 'integer_operations', kind: 'number', meaning: 'arithmetic and bitwise instructions' },
  { name: 'operations', kind: 'number', meaning: 'operations of the work model' },
  { name: 'operation_unit', kind: 'text', meaning: 'flop or intop' },
  {
    name: 'flops_over_model',
    kind: 'number',
    meaning: 'flops over the operations of the work model, where those are flops',
  },
  { name: 'unsolved', kind: 'integer', meaning: 'parts whose counts are not known' },
  { name: 'reason', kind: 'text', meaning: 'why there are no counts' },
];

/** Where each variant's arithmetic is executed, and how it compares with what the problem takes. */
export function analyseLayers({ plan, folder, machine }: Results): Analysis {
  if (folder === undefined) throw new Error('layers reads its subjects from a run folder, and was given none');
  const subjects = readLayers(folder, plan);
  return {
    tables: [{ name: 'layers.csv', columns, rows: subjects.flatMap(subject => rowsOf(subject, basename(folder))) }],
    charts: plan.flatMap(({ workload, size }) => {
      const own = subjects.filter(each => each.workload === workload && each.size === size && sumOf(each).value > 0);
      return own.length === 0 ? [] : [chartOf(own, machine)];
    }),
    sentences: plan.map(({ workload, size }) => ({
      workload,
      parameters: '',
      text: sentenceOf(
        subjects.filter(each => each.workload === workload && each.size === size),
        workload,
      ),
    })),
    failures: subjects.filter(({ reason }) => reason !== '').length,
  };
}

function rowsOf(subject: LayersSubject, runId: string): CsvRow[] {
  const { workload, size, parameters, variant, operations, operationUnit, reason } = subject;
  const common = {
    schema_version: schemaVersion,
    run_id: runId,
    workload,
    size,
    parameters,
    variant,
    operations,
    operation_unit: operationUnit,
    reason,
  };
  if (subject.layers.length === 0) return [common];
  return subject.layers.map(({ layer, flops, instructions, integerOperations, unsolved }) => ({
    ...common,
    layer,
    instructions,
    flops: flops ?? undefined,
    integer_operations: integerOperations,
    flops_over_model: flops !== null && operationUnit === 'flop' ? flops / operations : undefined,
    unsolved,
  }));
}

/** Floating-point operations over all layers where the workload is about them, else operations on whole numbers. */
function sumOf({ layers, operationUnit }: LayersSubject): { value: number; byLayer: Record<string, number> } {
  const byLayer = Object.fromEntries(
    layers.map(({ layer, flops, integerOperations }) => [
      layer,
      operationUnit === 'flop' ? (flops ?? 0) : integerOperations,
    ]),
  );
  return { value: Object.values(byLayer).reduce((sum, value) => sum + value, 0), byLayer };
}

function chartOf(subjects: readonly LayersSubject[], machine: string): Chart {
  const [first] = subjects as [LayersSubject];
  const { workload, size, operations, operationUnit } = first;
  const title = `${workload} ${size}: on which layer the arithmetic is executed`;
  const missing = subjects
    .filter(({ layers }) => layers.some(({ flops }) => flops === null))
    .map(({ variant }) => variant);
  const incomplete = missing.length > 0 ? ` Lower bounds, since a part depends on data: ${missing.join(', ')}.` : '';
  return {
    name: `layers-${workload}-${size}`,
    workload,
    title,
    caption: `Operations counted on each layer; the problem itself takes ${count(operations)} ${operationUnit}s.${incomplete} ${machine}`,
    spec: arithmeticStack(
      {
        title,
        subtitle: `at the right: ${operationUnit === 'flop' ? 'flops' : 'integer operations'} counted, over the ${count(operations)} of the work model`,
        axis: 'share of operations',
        rows: subjects.map(subject => {
          const { value, byLayer } = sumOf(subject);
          const ratio = operationUnit === 'flop' ? ` = ${(value / operations).toFixed(4)} × model` : '';
          return { label: subject.variant, layers: byLayer, text: `${count(value)}${ratio}` };
        }),
      },
      { width: 'two-columns' },
    ),
  };
}

/** "matmul 64: 524288 flops in executed-bytecode (naive), …" */
function sentenceOf(subjects: readonly LayersSubject[], workload: string): string {
  const parts = subjects.map(subject => {
    const { value, byLayer } = sumOf(subject);
    if (value === 0) return `${subject.variant}: ${subject.reason || 'nothing that can be counted'}`;
    const [layer, most] = Object.entries(byLayer).sort(([, a], [, b]) => b - a)[0] as [string, number];
    const share = most === value ? '' : ` (${percent(most / value)} of them)`;
    const off =
      subject.operationUnit === 'flop'
        ? `, ${significant(100 * Math.abs(value / subject.operations - 1), 2)} % from the model`
        : '';
    return `${subject.variant} executes ${count(value)} operations in ${layer}${share}${off}`;
  });
  const [first] = subjects;
  return `${workload} ${first?.size ?? ''}: ${parts.join('; ')}.`;
}
