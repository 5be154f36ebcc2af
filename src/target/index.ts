export { type ChildOptions, type ChildOutcome, type Printed, runInChild } from './child.ts';
export { type Confinement, closed, parseAllow, widen } from './confine.ts';
export { type ChildContext, type ChildJob, TimeLimitError } from './context.ts';
export { formatPlace, type Place, ProgramError, type ProgramErrorKind } from './errors.ts';
export type { Transform } from './load.ts';
export { isOwn, type Ownership, ownFolder, toolRoot } from './own.ts';
export { childrenOf, type ModuleFormat, type ParsedFile, parseFile } from './parse.ts';
export { defaultSize, type OpenedProgram, openProgram, type ProgramSpec } from './program.ts';
export { resolveTarget, type Target, targetLabel } from './resolve.ts';
