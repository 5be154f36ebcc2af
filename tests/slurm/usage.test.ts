import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { pgram, projectRoot } from '../support/pgram.ts';

const scratch = mkdtempSync(join(tmpdir(), 'pgram-slurm-usage-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const target = ['--workload', join(projectRoot, 'examples/dot-product.ts'), '--size', '8,9'];
const submit = ['experiment', 'run', 'cpu-vs-gpu', ...target, '--on', 'slurm', '--out', scratch];
const bare = { env: { ...process.env, PATH: scratch } };

test('without sbatch a sentence says what to do, and nothing is written', async () => {
  const { code, stderr } = await pgram(submit, bare);
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/^pgram: --on slurm needs `sbatch`, .* Submit from a login node/),
  ]);
  expect(readdirSync(scratch)).toEqual([]);
});

test('--dry-run prints both scripts, which call the launcher by its absolute path, and writes nothing', async () => {
  const asked = [
    '--partition',
    'gpu',
    '--gres',
    'gpu:1',
    '--constraint',
    'h100',
    '--time',
    '2:00:00',
    '--array-limit',
    '4',
  ];
  const { code, stdout } = await pgram([...submit, ...asked, '--dry-run'], bare);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^# 4 cells in 2 lots, 2 tasks$/m);
  const options = ['array=0-1%4', 'partition=gpu', 'gres=gpu:1', 'constraint=h100', 'time=2:00:00', 'no-requeue'];
  for (const option of options) expect(stdout.split('\n')).toContain(`#SBATCH --${option}`);
  expect(stdout).toMatch(/^exec \/\S+ \/\S+\/bin\/pgram\.mjs experiment task \S+ 1 "\$SLURM_ARRAY_TASK_ID"$/m);
  expect(stdout).toMatch(/^exec \/\S+ \/\S+\/bin\/pgram\.mjs experiment merge \S+$/m);
  expect(readdirSync(scratch)).toEqual([]);
});

test.each([
  [['experiment', 'run', 'cpu-vs-gpu', '--partition', 'gpu'], /--partition needs --on slurm/],
  [['experiment', 'run', 'profile-all', '--on', 'slurm', '--dry-run'], /`profile-all` does more than time cells/],
  [
    [...submit, '--dry-run', '--gres', 'gpu:1 --uid=0'],
    /--gres is `gpu:1 --uid=0`; Slurm's options cannot hold spaces/,
  ],
  [[...submit, '--retry-failed'], /--retry-failed goes with --resume/],
  [['experiment', 'run', '--on', 'moon'], /--on is `moon`; it must be one of: slurm/],
  [['experiment', 'status', projectRoot], /holds no run/],
])('%j is refused in a sentence', async (args, sentence) => {
  const { code, stderr } = await pgram(args, bare);
  expect([code, stderr]).toEqual([2, expect.stringMatching(sentence)]);
});
