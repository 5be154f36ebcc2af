import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClinicResult, clinicTools, runClinic } from '../../../src/profile/clinic/index.ts';
import { resolveTarget } from '../../../src/target/index.ts';
import { openBrowserWithWebGl as openBrowser } from '../visualise/browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'pgram-test-clinic-'));
const fixture = fileURLToPath(new URL('./fixture.ts', import.meta.url));
const spec = (name: string) => ({ target: resolveTarget(`${fixture}#${name}`) });

let results: ClinicResult[];
let browser: Browser;
let closeBrowser: () => Promise<void>;

beforeAll(async () => {
  // Flame's page begins with the hottest frame, which must not be one of loading, however slow the machine.
  const budgetMs = (tool: ClinicResult['tool']) => (tool === 'flame' ? 3_000 : 400);
  const run = (tools: typeof clinicTools) =>
    Promise.all(
      tools.map(
        async tool =>
          (await runClinic(spec('work'), { folder, tools: [tool], budgetMs: budgetMs(tool) }))[0] as ClinicResult,
      ),
    );
  [results, { browser, close: closeBrowser }] = await Promise.all([run(clinicTools), openBrowser()]);
});

afterAll(async () => {
  await closeBrowser?.();
  rmSync(folder, { recursive: true, force: true });
});

function findings<T extends ClinicResult['tool']>(tool: T) {
  const result = results.find(each => each.tool === tool);
  if (result?.status !== 'ok') throw new Error(`clinic ${tool}: ${result?.message}`);
  return result.findings as Extract<typeof result.findings, { tool: T }>;
}

test('flame names the function that computes, its place, and the tiers that it ran in', () => {
  const { functions, samples, tiers } = findings('flame');
  const own = functions.filter(({ kind }) => kind === 'own');
  expect(own[0]).toMatchObject({ name: 'spin', file: fixture, line: 12 });
  expect(own[0]?.selfSamples).toBeGreaterThan(20);
  expect(samples).toBeGreaterThanOrEqual(functions.reduce((sum, { selfSamples }) => sum + selfSamples, 0));
  for (const { selfSamples, totalSamples } of functions) expect(totalSamples).toBeGreaterThanOrEqual(selfSamples);
  expect(Object.values(tiers).reduce((sum, count) => sum + count, 0)).toBe(
    own.reduce((sum, { selfSamples }) => sum + selfSamples, 0),
  );
});

test('doctor reaches a verdict from more than two looks at the process', () => {
  const { category, issues, samples } = findings('doctor');
  expect(samples).toBeGreaterThan(2);
  expect(['none', 'gc', 'event-loop', 'io', 'unknown', 'data']).toContain(category);
  expect(Object.keys(issues)).toEqual(expect.arrayContaining(['delay', 'cpu', 'memory.heapUsed', 'handles']));
});

test('bubbleprof groups the operations of the program’s own functions and none of the tool’s', () => {
  const { groups } = findings('bubbleprof');
  const result = results.find(({ tool }) => tool === 'bubbleprof');
  const repetitions = result?.status === 'ok' ? result.repetitions : 0;
  // 20 pauses a repetition, each with one timer.
  const timers = groups.filter(({ kind }) => kind === 'Timeout');
  expect(timers.reduce((sum, { operations }) => sum + operations, 0)).toBe(20 * repetitions);
  expect(timers.reduce((sum, each) => sum + each.asyncMilliseconds, 0)).toBeGreaterThan(20 * repetitions * 0.5);
  for (const { file } of groups) expect(file).toBe(fixture);
});

test('heapprofiler names the function that allocates, though nothing of it is alive at the end', () => {
  const { functions, bytes } = findings('heapprofiler');
  const allocating = functions.filter(({ kind, line }) => kind === 'own' && line >= 19 && line <= 21);
  const share = allocating.reduce((sum, each) => sum + each.selfBytes, 0) / bytes;
  expect(share).toBeGreaterThan(0.5);
  expect(results.find(({ tool }) => tool === 'heapprofiler')?.open).toContain('inspector');
});

test.each(clinicTools)('the page of %s opens without asking the network for anything', async tool => {
  const result = results.find(each => each.tool === tool);
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  const asked: string[] = [];
  const errors: string[] = [];
  page.on('request', request => asked.push(request.url()));
  // What was held back by the page's own policy would be a request as well.
  page.on('console', message => {
    if (/Content Security Policy|ERR_/.test(message.text())) errors.push(message.text());
  });
  const file = join(folder, result?.status === 'ok' ? result.page : '');
  await page.goto(pathToFileURL(file).href);
  await expect
    .poll(() => page.locator('body').innerText(), { timeout: 120_000 })
    .toMatch(/Flame|Doctor|Bubbleprof|Heap Profiler/);
  expect(asked.filter(url => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([]);
  expect(errors).toEqual([]);
  expect(readFileSync(file, 'utf8')).not.toContain('clinicjs.org/assets');
  await page.close();
});

test('flame’s page shows the hot function of a TypeScript file, which clinic itself would hide', async () => {
  const result = results.find(({ tool }) => tool === 'flame');
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  await page.goto(pathToFileURL(join(folder, result?.status === 'ok' ? result.page : '')).href);
  await expect
    .poll(() => page.locator('body').innerText(), { timeout: 120_000 })
    .toMatch(/spin\s+\S*fixture\.ts\s+line:12/);
  await page.close();
});

test('a function that changes its arguments gets new ones for every repetition', async () => {
  const [result] = await runClinic(spec('sorts'), { folder, prefix: 'sorts-', tools: ['flame'], budgetMs: 100 });
  expect(result?.message).toMatch(/samples/);
  expect(result?.status === 'ok' && result.repetitions).toBeGreaterThan(1);
});

test('the program stays confined, and an endless one is stopped: messages, and no page of nothing', async () => {
  const [[connecting], [endless]] = await Promise.all([
    runClinic(spec('connects'), { folder, prefix: 'c-', tools: ['flame'], budgetMs: 100 }),
    runClinic(spec('endless'), { folder, prefix: 'e-', tools: ['flame'], budgetMs: 100, timeoutMs: 2_000 }),
  ]);
  expect(connecting).toMatchObject({ status: 'failed', tool: 'flame' });
  expect(connecting?.message).toMatch(/--allow net/);
  // What was seen until then is kept.
  expect(endless?.message).toMatch(/stopped after 2 s/);
  expect(existsSync(join(folder, 'c-clinic-flame.html'))).toBe(false);
  expect(readdirSync(process.cwd()).filter(name => /node_trace|-(\d+)-\1-v8\.log|\.clinic/.test(name))).toEqual([]);
});
