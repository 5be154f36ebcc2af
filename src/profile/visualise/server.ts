import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { UsageError } from '../../workload/load.ts';
import { indexPage } from './index-page.ts';
import { openBrowser } from './open-browser.ts';
import { type Servable, servable } from './paths.ts';

export interface ServeOptions {
  /** A run folder's `profiles/`: nothing outside of it is served, besides speedscope. */
  readonly folder: string;
  /** Whether a browser is opened. */
  readonly open: boolean;
}

/** Profiles that can be looked at until `close` is called. */
export interface ServedProfiles {
  /** With the token: whoever has it may read the profiles. */
  readonly url: string;
  /** False where there is no browser to open; then a person must be told the address. */
  readonly opened: boolean;
  close(): Promise<void>;
}

/**
 * Serves a run's profiles on the loopback interface, on a port that the system chooses, in speedscope's offline build
 * and clinic's pages. Each request must carry the token (in the address at first, in a cookie afterwards) and name
 * this machine as its host, so that neither another user nor a page from elsewhere whose name is bound to 127.0.0.1
 * (DNS rebinding) can read them. The pages may load nothing from the network.
 *
 * @throws UsageError where the folder is not there
 */
export async function serveProfiles({ folder, open }: ServeOptions): Promise<ServedProfiles> {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(
      `${folder} is not there: this run holds no profiles. \`npx pgram analyze <target>\` makes some.`,
    );
  const speedscope = join(dirname(createRequire(import.meta.url).resolve('speedscope/package.json')), 'dist/release');
  const token = randomBytes(24).toString('base64url');
  const server = createServer({ requestTimeout: 30_000 }, (request, response) =>
    answer(request, response, { folder, speedscope, token, port: (server.address() as AddressInfo).port }),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/?token=${token}`;
  return {
    url,
    opened: open && (await openBrowser(url)),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Served {
  readonly folder: string;
  readonly speedscope: string;
  readonly token: string;
  readonly port: number;
}

/** `style-src` and `script-src` allow what stands in the pages: clinic's and speedscope's are one file each. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline' data:",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "frame-src 'self'",
  "frame-ancestors 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The tool's own page needs no script. */
const indexPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const commonHeaders = {
  'Content-Security-Policy': pagePolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-store',
} as const;

function answer(request: IncomingMessage, response: ServerResponse, served: Served): void {
  // Not parsed by URL, which would fold `..` away before it is looked at.
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  const given = new URLSearchParams(query).get('token');
  const refused = refusal(request, given, served);
  if (refused) say(response, refused);
  else if (given !== null)
    // Away from the address bar, the history and what is copied from it.
    say(response, {
      status: 303,
      text: '',
      headers: {
        'Set-Cookie': `${cookieName(served)}=${served.token}; HttpOnly; SameSite=Strict; Path=/`,
        Location: /^\/(?!\/)/.test(path) ? path : '/',
      },
    });
  else if (path === '/')
    say(response, {
      status: 200,
      text: indexPage(served.folder),
      headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': indexPolicy },
    });
  else sendFile(request, response, pathIn(served, path));
}

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function say(response: ServerResponse, { status, text, headers = {} }: Reply): void {
  response.writeHead(status, { ...commonHeaders, 'Content-Type': 'text/plain; charset=utf-8', ...headers });
  response.end(text);
}

/** Browsers keep cookies by host, not by port: its name keeps two servers apart. */
const cookieName = ({ port }: Served): string => `pgram-${port}`;

function refusal(request: IncomingMessage, given: string | null, served: Served): Reply | undefined {
  const { host } = request.headers;
  if (host !== `127.0.0.1:${served.port}` && host !== `localhost:${served.port}`)
    return { status: 421, text: 'This server answers to 127.0.0.1 and localhost only.\n' };
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405, text: 'Only GET and HEAD.\n' };
  const known = matches(given, served.token) || matches(cookieOf(request, cookieName(served)), served.token);
  return known
    ? undefined
    : { status: 403, text: 'The token is missing or wrong: open the address that pgram printed.\n' };
}

function pathIn({ folder, speedscope }: Served, path: string): Servable | undefined {
  const [, room, rest = ''] = /^\/(speedscope|profiles)\/(.*)$/.exec(path) ?? [];
  return room === undefined ? undefined : servable(room === 'profiles' ? folder : speedscope, rest);
}

function sendFile(request: IncomingMessage, response: ServerResponse, found: Servable | undefined): void {
  if (!found) {
    say(response, { status: 404, text: 'There is nothing here.\n' });
    return;
  }
  response.writeHead(200, { ...commonHeaders, 'Content-Type': found.type, 'Content-Length': found.bytes });
  if (request.method === 'HEAD') response.end();
  else
    createReadStream(found.file)
      .on('error', () => response.destroy())
      .pipe(response);
}

function cookieOf({ headers }: IncomingMessage, name: string): string | null {
  const pair = headers.cookie
    ?.split(';')
    .map(each => each.trim())
    .find(each => each.startsWith(`${name}=`));
  return pair?.slice(name.length + 1) ?? null;
}

/** In a time that does not depend on how much of it is right. */
function matches(given: string | null, token: string): boolean {
  if (given === null) return false;
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
