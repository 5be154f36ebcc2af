import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedProfiles, serveProfiles, showUntilInterrupted } from '../../../src/profile/visualise/index.ts';

// A run as it lies on disk: profiles/ with a profile in it, and secrets around it.
const run = mkdtempSync(join(tmpdir(), 'pgram-test-served-'));
const profiles = join(run, 'profiles');
let served: ServedProfiles;

beforeAll(async () => {
  mkdirSync(join(profiles, 'inner'), { recursive: true });
  writeFileSync(join(profiles, 'a.cpuprofile'), JSON.stringify({ nodes: [], samples: [], timeDeltas: [] }));
  writeFileSync(join(profiles, 'page.html'), '<p>page</p>');
  writeFileSync(join(profiles, 'inner', 'b.json'), '{}');
  writeFileSync(join(profiles, 'key.pem'), 'secret');
  writeFileSync(join(run, 'manifest.json'), 'secret');
  symlinkSync(join(run, 'manifest.json'), join(profiles, 'link.json'));
  symlinkSync(run, join(profiles, 'up'));
  copyFileSync(join(profiles, 'a.cpuprofile'), join(profiles, 'name with spaces & <b>.cpuprofile'));
  served = await serveProfiles({ folder: profiles, open: false });
});

afterAll(async () => {
  await served.close();
  rmSync(run, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Raw, since `fetch` would fold `..` away and set the host itself. */
function ask(
  path: string,
  { method = 'GET', host, cookie }: { method?: string; host?: string; cookie?: string } = {},
): Promise<Answer> {
  const { hostname, port } = new URL(served.url);
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        hostname,
        port,
        path,
        method,
        headers: { ...(host === undefined ? {} : { host }), ...(cookie === undefined ? {} : { cookie }) },
      },
      response => {
        let body = '';
        response.setEncoding('utf8').on('data', text => {
          body += text;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      },
    );
    sent.once('error', reject);
    sent.end();
  });
}

const token = () => new URL(served.url).searchParams.get('token') ?? '';
const cookie = () => `pgram-${new URL(served.url).port}=${token()}`;

test('the address is on loopback, and its token is long and not the same twice', async () => {
  const other = await serveProfiles({ folder: profiles, open: false });
  expect(new URL(served.url).hostname).toBe('127.0.0.1');
  expect(token()).toMatch(/^[\w-]{32,}$/);
  expect(new URL(other.url).searchParams.get('token')).not.toBe(token());
  expect(new URL(other.url).port).not.toBe(new URL(served.url).port);
  await other.close();
});

test('the first visit puts the token into a cookie and takes it out of the address', async () => {
  const first = await ask(`/?token=${token()}`);
  expect(first.status).toBe(303);
  expect(first.headers.location).toBe('/');
  expect(String(first.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict/);
  const page = await ask('/', { cookie: cookie() });
  expect(page.status).toBe(200);
  expect(page.body).toContain('speedscope');
});

test('a redirect never leads to another host', async () => {
  const { status, headers } = await ask(`//elsewhere.example/?token=${token()}`);
  expect(status).toBe(303);
  expect(headers.location).toBe('/');
});

test.each(['/', '/profiles/a.cpuprofile', '/speedscope/index.html', '/nothing'])(
  '%s is refused without the token',
  async path => {
    for (const given of [undefined, `pgram-${new URL(served.url).port}=wrong`, `other=${token()}`])
      expect((await ask(path, given === undefined ? {} : { cookie: given })).status).toBe(403);
    expect((await ask(`${path}?token=wrong`)).status).toBe(403);
    expect((await ask(`${path}?token=`)).status).toBe(403);
  },
);

test('a request in another host’s name is refused, token or not (DNS rebinding)', async () => {
  const { port } = new URL(served.url);
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1',
    `127.0.0.1.evil.example:${port}`,
    `[::1]:${port}`,
    `127.0.0.1:${Number(port) + 1}`,
  ])
    expect((await ask('/', { host, cookie: cookie() })).status, host).toBe(421);
  expect((await ask('/', { host: `localhost:${port}`, cookie: cookie() })).status).toBe(200);
});

test('files of the run and of speedscope are served, with headers that keep them to themselves', async () => {
  const found = await ask('/profiles/a.cpuprofile', { cookie: cookie() });
  expect(found.status).toBe(200);
  expect(JSON.parse(found.body)).toEqual({ nodes: [], samples: [], timeDeltas: [] });
  expect(found.headers['content-type']).toBe('application/json');
  expect(found.headers['x-content-type-options']).toBe('nosniff');
  expect(found.headers['cross-origin-resource-policy']).toBe('same-origin');
  expect(found.headers['referrer-policy']).toBe('no-referrer');
  expect(found.headers['access-control-allow-origin']).toBeUndefined();
  expect(String(found.headers['content-security-policy'])).toContain("default-src 'none'");
  expect((await ask('/profiles/inner/b.json', { cookie: cookie() })).status).toBe(200);
  expect((await ask('/speedscope/index.html', { cookie: cookie() })).body).toContain('speedscope');
});

test.each([
  '/profiles/../manifest.json',
  '/profiles/%2e%2e/manifest.json',
  '/profiles/..%2fmanifest.json',
  '/profiles/..%5cmanifest.json',
  '/profiles/inner/../../manifest.json',
  '/profiles//etc/passwd',
  '/profiles/%2fetc%2fpasswd',
  '/profiles/%00a.cpuprofile',
  '/profiles/%',
  '/profiles/',
  '/profiles',
  '/profiles/inner',
  '/profiles/link.json',
  '/profiles/up/manifest.json',
  '/profiles/key.pem',
  '/speedscope/../../package.json',
  '/../profiles/a.cpuprofile',
  '/manifest.json',
  'http://elsewhere.example/profiles/a.cpuprofile',
])('%s is not served', async path => {
  const { status, body } = await ask(path, { cookie: cookie() });
  expect(status).toBe(404);
  expect(body).not.toContain('secret');
});

test('no path at all reaches a byte outside of the run’s profiles', async () => {
  const piece = fc.constantFrom(
    '..',
    '.',
    '',
    '%2e%2e',
    '..%2f',
    '%5c..',
    'up',
    'inner',
    'manifest.json',
    'link.json',
    '%00',
    'profiles',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async pieces => {
      const { body } = await ask(`/profiles/${pieces.join('/')}`, { cookie: cookie() });
      expect(body).not.toContain('secret');
    }),
    { numRuns: 150 },
  );
});

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is refused', async method => {
  expect((await ask('/', { method, cookie: cookie() })).status).toBe(405);
});

test('names of files cannot bring markup into the page', async () => {
  const { body } = await ask('/', { cookie: cookie() });
  expect(body).not.toContain('<b>');
  expect(body).toContain('name with spaces');
});

test('a folder that is not there is the user’s mistake, and the message says what makes one', async () => {
  await expect(serveProfiles({ folder: join(run, 'none'), open: false })).rejects.toThrow(/pgram analyze/);
});

test('showing ends with its signal, and the port is closed', async () => {
  const controller = new AbortController();
  const told: string[] = [];
  const shown = showUntilInterrupted(profiles, {
    open: false,
    tell: text => told.push(text),
    signal: controller.signal,
  });
  await expect.poll(() => told.length).toBe(1);
  const [address = ''] = /http:\S+/.exec(told[0] ?? '') ?? [];
  expect((await fetch(address, { redirect: 'manual' })).status).toBe(303);
  controller.abort();
  await shown;
  await expect(fetch(address)).rejects.toThrow();
});
