import { type Confinement, closed, parseAllow } from '../target/index.ts';
import type { ProgramOptions } from './options.ts';

export const limitsOf = ({
  allow,
  timeoutMs = 60_000,
}: ProgramOptions): { confinement: Confinement; timeoutMs: number } => ({
  confinement: allow ? parseAllow(allow) : closed,
  timeoutMs,
});
