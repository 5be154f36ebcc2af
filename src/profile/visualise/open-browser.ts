import { spawn } from 'node:child_process';

/** The program that opens an address, or undefined where there is no screen to show it on. */
function opener(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): readonly [string, ...string[]] | undefined {
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['cmd', '/c', 'start', '""'];
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open'] : undefined;
}

/** How long an opener may take to say that it cannot: xdg-open ends at once where it finds no browser. */
const patienceMs = 1_500;

/**
 * Opens an address in the person's browser.
 *
 * @returns false where there is none: the address has to be printed then
 */
export function openBrowser(
  url: string,
  { platform = process.platform, env = process.env }: { platform?: NodeJS.Platform; env?: NodeJS.ProcessEnv } = {},
): Promise<boolean> {
  const command = opener(platform, env);
  if (command === undefined) return Promise.resolve(false);
  const [program, ...args] = command;
  return new Promise(resolve => {
    const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true, env });
    const timer = setTimeout(() => resolve(true), patienceMs);
    const settle = (opened: boolean) => {
      clearTimeout(timer);
      resolve(opened);
    };
    child.once('error', () => settle(false));
    child.once('exit', code => settle(code === 0));
    child.unref();
  });
}
