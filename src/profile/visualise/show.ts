import { serveProfiles } from './server.ts';

/**
 * Serves a run's profiles until Ctrl-C (or SIGTERM): the address is told in any case, since a browser that was opened
 * can be closed by mistake.
 *
 * @param tell where a person reads it
 * @param signal ends it as Ctrl-C would
 */
export async function showUntilInterrupted(
  folder: string,
  { open, tell, signal }: { open: boolean; tell: (text: string) => void; signal: AbortSignal },
): Promise<void> {
  const served = await serveProfiles({ folder, open });
  tell(`${served.opened ? 'opened in the browser' : 'open this in a browser'}: ${served.url}\nCtrl-C stops it.`);
  // An idle server keeps the process alive; the promise alone would not.
  await new Promise<void>(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await served.close();
}
