import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, rmSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** Whether a program of the system can be started. */
export const hasProgram = (name: string): boolean => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0;

/** How an archive is compressed: xz where the system has it, else gzip, which Node brings and which is larger. */
export interface Packing {
  readonly extension: 'tar.xz' | 'tar.gz';
  readonly program: 'xz' | 'gzip';
}

export const packing = (xz = hasProgram('xz')): Packing =>
  xz ? { extension: 'tar.xz', program: 'xz' } : { extension: 'tar.gz', program: 'gzip' };

/**
 * Packs one folder of `parent` into `file`. Names are in order, owners and times fixed: the same folder gives the same
 * bytes.
 *
 * @throws Error where tar or xz fails; nothing is left behind then
 */
export async function pack(
  parent: string,
  folder: string,
  { file, program }: { file: string } & Pick<Packing, 'program'>,
) {
  const fixed = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=2020-01-01T00:00:00Z'];
  const tar = spawn('tar', [...fixed, '-c', '-C', parent, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ends = [endOf(tar, 'tar')];
  try {
    if (program === 'gzip') await pipeline(tar.stdout, createGzip({ level: 9 }), createWriteStream(file));
    else {
      const xz = spawn('xz', ['-6', '-T0', '-c'], { stdio: ['pipe', 'pipe', 'inherit'] });
      ends.push(endOf(xz, 'xz'));
      await Promise.all([pipeline(tar.stdout, xz.stdin), pipeline(xz.stdout, createWriteStream(file))]);
    }
    await Promise.all(ends);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
}

/** Told when it is awaited, which may be after it happened: until then it is nobody's unhandled rejection. */
function endOf(child: ReturnType<typeof spawn>, name: string): Promise<void> {
  const end = new Promise<void>((resolve, reject) => {
    child.once('error', error => reject(new Error(`${name} does not start (${error.message}); a bundle needs it.`)));
    child.once('exit', code => (code === 0 ? resolve() : reject(new Error(`${name} ended with code ${code}`))));
  });
  end.catch(() => undefined);
  return end;
}
