import { parentPort, workerData } from 'node:worker_threads';
import { joinTeam } from '../../backends/threads/team.ts';
import { measureCore } from './core.ts';

// One of the threads that load all cores at once; src/hardware/probe/cpu.ts adds their rates.
const { control, threads } = workerData as { control: Int32Array; threads: number };
const team = joinTeam(threads, control);
parentPort?.postMessage(await measureCore(threads, () => team.barrier()));
