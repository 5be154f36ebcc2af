import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describeEnvironment } from '../../src/results/provenance.ts';
import { hasProgram } from '../../src/slurm/commands.ts';
import { writeLauncher } from '../../tools/bundle/make.ts';
import { projectRoot } from '../support/pgram.ts';

process.env.PATH = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`;

/** Why no Slurm can be started here; undefined where one can. */
export function noSlurm(): string | undefined {
  const absent = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'scontrol'].filter(name => !hasProgram(name));
  if (absent.length > 0) return `${absent.join(', ')} not installed (Debian: apt-get install slurm-wlm munge)`;
  if (process.getuid?.() !== 0) return 'slurmd has to be started by root';
  return undefined;
}

export interface Cluster {
  readonly folder: string;
  /** The sources laid out as in a bundle, with its launcher: what is edited meanwhile changes nothing that was planned. */
  readonly tree: string;
  readonly env: NodeJS.ProcessEnv;
  slurm(program: string, ...args: string[]): Promise<string>;
  /** The node dies: slurmd, its step daemons and what they run, all at once. */
  killNode(): Promise<void>;
  startSlurmd(): Promise<void>;
  /** The end of the daemons' log: why something that was waited for did not come. */
  said(): string;
  stop(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

const nodeName = (): string => hostname().split('.')[0] as string;

function configuration(folder: string, ports: readonly number[]): string {
  return `ClusterName=pgram
SlurmctldHost=${nodeName()}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmctldPort=${ports[0]}
SlurmdPort=${ports[1]}
AuthType=auth/munge
AuthInfo=socket=${folder}/munge/socket
CredType=cred/munge
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,bf_interval=1
ReturnToService=2
SlurmdTimeout=6
KillWait=2
MinJobAge=600
MaxArraySize=8
MpiDefault=none
NodeName=${nodeName()} NodeAddr=127.0.0.1 CPUs=${Math.max(2, Math.min(2, availableParallelism()))} State=UNKNOWN
PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;
}

/** A Slurm of its own on the loopback: one node with two CPUs, in a folder that goes with it. */
export async function startCluster(): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'pgram-slurm-'));
  chmodSync(folder, 0o755);
  for (const name of ['munge', 'state', 'spool']) mkdirSync(join(folder, name), { mode: 0o755 });
  writeFileSync(join(folder, 'munge/key'), randomBytes(128), { mode: 0o400 });
  const ports = [await freePort(), await freePort()];
  const conf = join(folder, 'slurm.conf');
  writeFileSync(conf, configuration(folder, ports));
  const env = { ...process.env, SLURM_CONF: conf };
  const log = openSync(join(folder, 'daemons.log'), 'a');
  const daemon = (program: string, ...args: string[]): ChildProcess =>
    spawn(program, args, { env, stdio: ['ignore', log, log], detached: true });
  const own = (name: string): string => join(folder, 'munge', name);
  const munged = daemon(
    'munged',
    '--foreground',
    '--force',
    `--socket=${own('socket')}`,
    `--key-file=${own('key')}`,
    `--pid-file=${own('pid')}`,
    `--log-file=${own('log')}`,
    `--seed-file=${own('seed')}`,
    '--num-threads=1',
  );
  await sleep(500);
  const controller = daemon('slurmctld', '-D', '-f', conf);
  let node: ChildProcess | undefined;
  const slurm = async (program: string, ...args: string[]): Promise<string> =>
    (await promisify(execFile)(program, args, { env })).stdout;
  const said = (): string => readFileSync(join(folder, 'daemons.log'), 'utf8').slice(-6000);
  const killNode = async (): Promise<void> => {
    const dead = node;
    node = undefined;
    if (!dead || dead.exitCode !== null) return;
    const gone = new Promise(resolve => dead.on('exit', resolve));
    const { steps, tasks } = processesOfJobs(conf);
    // Step daemons first: one that lived on would tell the controller how its task ended.
    for (const pid of [...steps, dead.pid as number, ...tasks]) end(pid);
    await gone;
  };
  const startSlurmd = async (): Promise<void> => {
    node = daemon('slurmd', '-D', '-f', conf);
    for (let tried = 0; tried < 600; tried++) {
      await sleep(200);
      const state = await slurm('sinfo', '-h', '-o', '%T').catch(() => '');
      if (/^(idle|mixed|allocated)$/m.test(state)) return;
    }
    throw new Error(`Slurm did not come up:\n${said()}`);
  };
  const stop = async (): Promise<void> => {
    await slurm('scancel', '--full', '--user=root', '--signal=KILL').catch(() => '');
    await sleep(500);
    await killNode();
    for (const child of [controller, munged]) {
      if (child.exitCode !== null) continue;
      const gone = new Promise(resolve => child.on('exit', resolve));
      child.kill('SIGTERM');
      await Promise.race([gone, sleep(5000).then(() => child.kill('SIGKILL'))]);
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await startSlurmd();
  } catch (error) {
    await stop();
    throw error;
  }
  return { folder, tree: copyTree(folder), env, slurm, killNode, startSlurmd, said, stop };
}

/** What runs in jobs of this cluster, told by its configuration in their environment, and the step daemons above. */
function processesOfJobs(conf: string): { steps: ReadonlySet<number>; tasks: readonly number[] } {
  const read = (pid: string, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8');
    } catch {
      return '';
    }
  };
  const tasks = readdirSync('/proc').filter(pid => {
    if (!/^\d+$/.test(pid)) return false;
    const environment = read(pid, 'environ').split('\0');
    return environment.includes(`SLURM_CONF=${conf}`) && environment.some(entry => entry.startsWith('SLURM_JOB_ID='));
  });
  const parents = tasks.map(pid => /^PPid:\s*(\d+)$/m.exec(read(pid, 'status'))?.[1] ?? '');
  return {
    steps: new Set(parents.filter(pid => read(pid, 'comm').startsWith('slurmstepd')).map(Number)),
    tasks: tasks.map(Number),
  };
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in between.
  }
}

function copyTree(folder: string): string {
  const tree = join(folder, 'tree');
  for (const name of ['bin', 'src', 'kernels', 'experiments', 'examples', 'package.json', 'package-lock.json'])
    cpSync(join(projectRoot, name), join(tree, name), { recursive: true });
  symlinkSync(join(projectRoot, 'node_modules'), join(tree, 'node_modules'));
  cpSync(join(projectRoot, 'tests/slurm/fixtures/holding.ts'), join(tree, 'examples/holding.ts'));
  const { tool } = describeEnvironment(null);
  writeFileSync(join(tree, 'bundle.json'), JSON.stringify({ schema: 1, tool }));
  writeLauncher(join(tree, 'pgram'));
  return tree;
}
