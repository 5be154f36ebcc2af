import { styleText } from 'node:util';
import type { Command } from 'commander';
import { shippedWorkloads } from '../../kernels/index.ts';
import { answer, answerJson } from './io.ts';
import { type CommonOptions, withCommon } from './options.ts';

/** `pgram list`: workloads with their sizes, parameters and variants. */
export function addList(program: Command): void {
  withCommon(program.command('list').description('workloads, sizes, parameters and variants')).action(
    async ({ json }: CommonOptions) => {
      const workloads = await Promise.all(Object.values(shippedWorkloads).map(load => load()));
      const rows = workloads.map(
        ({ name, aliases = [], summary, sizeMeaning = '', sizes, parameters = {}, variants }) => ({
          name,
          aliases,
          summary,
          sizeMeaning,
          sizes,
          parameters,
          variants: variants.map(variant => ({
            name: variant.name,
            sameAlgorithm: variant.sameAlgorithm,
            summary: variant.summary ?? '',
          })),
        }),
      );
      if (json) return answerJson({ workloads: rows });
      await answer(
        rows
          .map(row =>
            [
              `${styleText('bold', row.name)}${row.aliases.length > 0 ? ` (${row.aliases.join(', ')})` : ''}: ${row.summary}`,
              `  sizes       ${Object.entries(row.sizes)
                .map(([name, size]) => `${name} ${size}`)
                .join(', ')}${row.sizeMeaning ? `  (${row.sizeMeaning})` : ''}`,
              ...Object.entries(row.parameters).map(([axis, values]) => `  --param     ${axis}=${values.join(' | ')}`),
              `  variants    ${row.variants.map(({ name }) => name).join(', ')}`,
            ].join('\n'),
          )
          .join('\n\n'),
      );
    },
  );
}
