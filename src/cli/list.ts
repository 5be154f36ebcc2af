import { styleText } from 'node:util';
import type { Command } from 'commander';
import { shippedWorkloads } from '../../kernels/index.ts';
import { catalogueDevice, catalogueNames } from '../hardware/catalogue.ts';
import { localDeviceNames, variantsOfDevice } from '../hardware/local-devices.ts';
import { answer, answerJson } from './io.ts';
import { type CommonOptions, withCommon } from './options.ts';

/** `pgram list`: workloads with their sizes, parameters and variants, and the devices that a forecast knows. */
export function addList(program: Command): void {
  withCommon(
    program.command('list').description('workloads, sizes, parameters and variants; devices of a forecast'),
  ).action(async ({ json }: CommonOptions) => {
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
    const devices = {
      local: localDeviceNames.map(name => ({ name, variants: variantsOfDevice[name] })),
      catalogue: catalogueNames().map(name => ({ name, label: catalogueDevice(name).label })),
    };
    if (json) return answerJson({ workloads: rows, devices });
    await answer(
      [
        ...rows.map(row =>
          [
            `${styleText('bold', row.name)}${row.aliases.length > 0 ? ` (${row.aliases.join(', ')})` : ''}: ${row.summary}`,
            `  sizes       ${Object.entries(row.sizes)
              .map(([name, size]) => `${name} ${size}`)
              .join(', ')}${row.sizeMeaning ? `  (${row.sizeMeaning})` : ''}`,
            ...Object.entries(row.parameters).map(([axis, values]) => `  --param     ${axis}=${values.join(' | ')}`),
            `  variants    ${row.variants.map(({ name }) => name).join(', ')}`,
          ].join('\n'),
        ),
        [
          `${styleText('bold', 'devices')} of a forecast (--device)`,
          `  here        ${devices.local.map(({ name }) => name).join(', ')}`,
          ...devices.catalogue.map(
            ({ name, label }, index) => `  ${index === 0 ? 'catalogue' : ''.padEnd(9)}   ${name}: ${label}`,
          ),
        ].join('\n'),
      ].join('\n\n'),
    );
  });
}
