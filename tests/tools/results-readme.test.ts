import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { listed, prose, table } from '../../tools/results-readme/prose.ts';
import { resultsReadme } from '../../tools/results-readme/write.ts';
import { projectRoot } from '../support/pgram.ts';

const run = join(projectRoot, 'results', 'two-core');
const readme = readFileSync(join(projectRoot, 'results', 'README.md'), 'utf8');
const rows = (file: string): Record<string, string>[] => parse(readFileSync(join(run, file)), { columns: true });

const partRows = (file: string): Record<string, string>[] =>
  readdirSync(join(run, 'parts')).flatMap(part =>
    existsSync(join(run, 'parts', part, file)) ? rows(join('parts', part, file)) : [],
  );

describe('results/README.md', () => {
  test('is what the tables of the published run give, to the letter', async () => {
    expect(await resultsReadme(run)).toBe(readme);
  });

  test('says the speed-ups that summary.csv holds', () => {
    const steady = rows('summary.csv').filter(row => row.phase === 'end_to_end' && row.regime === 'steady');
    const answers = [...readme.matchAll(/^\| \[([a-z]+)[^|]*\| ([\d\u202f]+) \| `([^`]+)` \| ([\d.]+)/gm)];
    expect(answers.map(([, workload]) => workload)).toEqual([...new Set(steady.map(row => row.workload))]);
    for (const [, workload, size, variant, said] of answers) {
      const row = steady.find(
        each => each.workload === workload && each.variant === variant && each.size === size!.replaceAll('\u202f', ''),
      );
      // Two digits are printed.
      expect(Math.abs(Number(said) / Number(row?.speedup_vs_naive) - 1)).toBeLessThan(0.06);
    }
  });

  test('says the counts that census.csv holds', () => {
    const workloads = [...readme.matchAll(/^## ([a-z]+)$/gm)].map(([, name]) => name!);
    expect(workloads.length).toBeGreaterThanOrEqual(5);
    const census = partRows('census.csv');
    for (const workload of workloads) {
      const own = census.filter(
        row => row.target === workload && row.variant === 'naive' && row.layer === 'executed-bytecode',
      );
      const sum = own.reduce((total, row) => total + Number(row.instructions || 0), 0);
      const said = new RegExp(
        `^\\| ${workload} \\| \`naive\` \\| bytecode \\| [^|]*\\| (?:≥ )?([\\d\u202f]+) `,
        'm',
      ).exec(readme);
      expect(Number(said?.[1]?.replaceAll('\u202f', ''))).toBe(sum);
    }
  });
});

describe('the published run', () => {
  const files = readdirSync(run, { recursive: true, encoding: 'utf8' }).filter(name =>
    statSync(join(run, name)).isFile(),
  );

  test('is whole, small enough to be committed, and says nothing of where it was made', () => {
    expect(JSON.parse(readFileSync(join(run, 'manifest.json'), 'utf8'))).toMatchObject({ state: 'complete' });
    expect(files.reduce((sum, name) => sum + statSync(join(run, name)).size, 0)).toBeLessThan(14e6);
    const place = /["',>( ]\/(?:home|root|work|tmp|Users|private)\/[^"',<]{0,40}/;
    const found = files
      .filter(name => !name.endsWith('.png'))
      .map(name => `${name}: ${place.exec(readFileSync(join(run, name), 'utf8'))?.[0] ?? ''}`);
    expect(found.filter(text => !text.endsWith(': '))).toEqual([]);
  });

  test('has a page below 3 MB without its raw samples, and every file that it links to', () => {
    const page = readFileSync(join(run, 'report.html'), 'utf8');
    const withoutSamples = page.replaceAll(/<figure[^>]*id="chart-[^"]*-samples".*?<\/figure>/gs, '');
    expect(withoutSamples.length).toBeLessThan(page.length);
    expect(Buffer.byteLength(withoutSamples)).toBeLessThan(3_000_000);
    const markup = page.replaceAll(/<script[^>]*>.*?<\/script>/gs, '');
    const links = [...markup.matchAll(/href="([^"#][^"]*)"/g)].map(([, link]) => decodeURIComponent(link!));
    expect(links.length).toBeGreaterThan(50);
    for (const link of links) expect(existsSync(join(run, link)), link).toBe(true);
    for (const [, link] of readme.matchAll(/\]\(([^)#]+)\)/g))
      expect(existsSync(join(projectRoot, 'results', link!)), link).toBe(true);
  });
});

describe('prose', () => {
  test('a number written by hand is refused, one from a value, in code, a link or a name is not', () => {
    expect(() => prose`It is 61 times faster.`).toThrow('"61" is written by hand');
    expect(() => prose`Three²`).toThrow('written by hand');
    expect(prose`It is ${'61'} times faster than \`f32\` on [a2](a/b-2.csv), ${prose`in f64`}.`.text).toBe(
      'It is 61 times faster than `f32` on [a2](a/b-2.csv), in f64.',
    );
  });

  test('lists read as a person writes them, and a bar cannot end a cell', () => {
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listed)).toEqual(['', 'a', 'a and b', 'a, b and c']);
    expect(table(['x'], [['a|b']])).toBe('| x |\n| --- |\n| a\\|b |');
  });
});
